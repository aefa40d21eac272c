import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RedisConnections, redisPrefix } from './redis.ts';

/** Somebody whose attendance was just written, and who wrote it. Times are milliseconds since 1970. */
export interface AttendanceWritten {
  userId: number;
  checkedInAt: number;
  checkedInBy: number;
  checkedOutAt: number | null;
  checkedOutBy: number | null;
}

/** What the processes tell each other. Delivered at most once: a hint to look, never the figure itself. */
export interface Signals {
  /** Rows of an event are in the database; `brought` are those written by somebody else. */
  committed: { eventId: number; brought: AttendanceWritten[] };
  /** An admin changed somebody’s attendance by hand. */
  corrected: { eventId: number; userId: number; revoked: boolean };
  eventChanged: { eventId: number };
  rosterChanged: Record<string, never>;
  digitsLocked: { pair: string; until: number };
  /** Their last connection to one process closed; another may still hold one. */
  watchersLeft: { eventId: number; userIds: number[] };
  watchingChanged: { eventId: number };
}

type Name = keyof Signals;
type Handler<N extends Name> = (signal: Signals[N]) => void;

const channel = (name: string) => `${redisPrefix}:signal:${name}`;

@Injectable()
export class SignalBus implements OnModuleInit {
  private readonly logger = new Logger(SignalBus.name);
  private readonly handlers: { [N in Name]?: Handler<N>[] } = {};

  constructor(private readonly redis: RedisConnections) {}

  onModuleInit(): void {
    this.redis.subscriber.on('message', (from: string, text: string) => {
      const name = from.slice(channel('').length) as Name;
      this.deliver(name, JSON.parse(text) as never);
    });
  }

  on<N extends Name>(name: N, handler: Handler<N>): void {
    const known = (this.handlers[name] ??= []) as Handler<N>[];
    known.push(handler);
    if (known.length === 1)
      // Before the first connection this waits in the client; after a reconnect the client subscribes again by itself.
      this.redis.subscriber.subscribe(channel(name)).catch((error: unknown) => this.logger.warn(error));
  }

  /** Reaches every process, this one too; without Redis this one alone. */
  publish<N extends Name>(name: N, signal: Signals[N]): void {
    this.redis.commands.publish(channel(name), JSON.stringify(signal)).catch(() => this.deliver(name, signal));
  }

  private deliver<N extends Name>(name: N, signal: Signals[N]): void {
    for (const handle of this.handlers[name] ?? []) handle(signal);
  }
}
