import { Inject, Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import type { Redis } from 'ioredis';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { createRedis, reconnectIfSilent, RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import type { BatchReply } from './job.ts';

const channelOf = (processId: string) => `${redisPrefix}:replies:${processId}`;

/**
 * Brings what became of a batch to the one process that waits for it. Delivered at most once: whoever waits looks for
 * itself when nothing comes.
 */
@Injectable()
export class BatchReplies implements OnApplicationShutdown {
  private readonly logger = new Logger(BatchReplies.name);
  private subscriber: Redis | undefined;

  constructor(
    private readonly redis: RedisConnections,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /** On a connection of its own: results are large, and signals must not wait behind them. */
  listen(handle: (reply: BatchReply) => void): void {
    this.subscriber = createRedis(this.env.REDIS_URL, { maxRetriesPerRequest: null, enableReadyCheck: false });
    this.subscriber.on('message', (_: string, text: string) => {
      try {
        handle(JSON.parse(text) as BatchReply);
      } catch (error) {
        this.logger.error(error);
      }
    });
    this.subscriber.subscribe(channelOf(this.env.processId)).catch((error: unknown) => this.logger.warn(error));
  }

  get isListening(): boolean {
    return this.subscriber?.status === 'ready';
  }

  send(processId: string, reply: BatchReply): void {
    // Without Redis nobody can be told; the process that waits looks at the database.
    this.redis.commands.publish(channelOf(processId), JSON.stringify(reply)).catch(() => undefined);
  }

  @Periodic(2_000)
  async probe(): Promise<void> {
    if (this.subscriber) await reconnectIfSilent(this.subscriber);
  }

  onApplicationShutdown(): void {
    this.subscriber?.disconnect();
  }
}
