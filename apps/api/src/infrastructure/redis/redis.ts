import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { Periodic } from '../scheduling/periodic.ts';
import { clusterOfAddress, optionsOfAddress } from './redis-address.ts';

/** Every key and channel begins with this; the braces keep them in one slot of a Redis Cluster. */
export const redisPrefix = '{exco}';

/** @param url in one of `redisAddressForms` */
export function createRedis(url: string, options: RedisOptions): Redis {
  const reconnect: RedisOptions = {
    retryStrategy: (attempt: number) => Math.min(50 * attempt, 1_000),
    connectTimeout: 2_000,
    // One that is silent does not say goodbye; until it counts as closed no other is opened.
    disconnectTimeout: 200,
    // A command without any answer for so long means that the connection is dead, though nobody has closed it. Above
    // the seconds for which Bull's reading blocks.
    socketTimeout: 4_000,
  };
  const redis = clientOf(url, { ...reconnect, ...options });
  let reported = false;
  redis.on('error', (error) => {
    if (!reported) new Logger('Redis').warn(`connection lost: ${error.message}`);
    reported = true;
  });
  redis.on('ready', () => (reported = false));
  return redis;
}

function clientOf(url: string, options: RedisOptions): Redis {
  const cluster = clusterOfAddress(url);
  if (cluster) {
    const {
      enableOfflineQueue = true,
      lazyConnect = false,
      enableAutoPipelining = false,
      retryStrategy,
      ...ofNodes
    } = options;
    const client = new Cluster(cluster.nodes, {
      enableOfflineQueue,
      lazyConnect,
      enableAutoPipelining,
      ...(retryStrategy ? { clusterRetryStrategy: retryStrategy } : {}),
      redisOptions: { ...ofNodes, ...cluster.options },
    });
    // It has the same commands; Bull and all that is written here know the one client alone.
    return client as unknown as Redis;
  }
  const address = optionsOfAddress(url);
  return address ? new Redis({ ...address, ...options }) : new Redis(url, options);
}

/** For commands that the process can do without: while Redis is down they fail at once instead of waiting. */
export const failFast: RedisOptions = { enableOfflineQueue: false, maxRetriesPerRequest: 0, commandTimeout: 1_000 };

/**
 * First line of a script whose writes may be lost at a restart of Redis: its replicas hear of them, its append-only file does
 * not, so they cost no sync.
 */
export const withoutSync = 'redis.set_repl(redis.REPL_REPLICA)';

const silentMilliseconds = 2_000;

/** A subscriber sends nothing by itself, so a connection that has fallen silent would look alive for ever. */
export async function reconnectIfSilent(subscriber: Redis): Promise<void> {
  if (subscriber.status !== 'ready') return;
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(true), silentMilliseconds)));
  const answered = subscriber.ping().then(
    () => false,
    () => true,
  );
  if (await Promise.race([answered, silent])) subscriber.disconnect(true);
  clearTimeout(timer);
}

/** The plain connections of a process; Bull keeps its own. */
@Injectable()
export class RedisConnections implements OnApplicationShutdown {
  readonly commands: Redis;
  readonly subscriber: Redis;
  /**
   * For figures that are made again by themselves (presence, counts). May be a Redis that keeps nothing on disk, so that
   * they cost no sync; the same as `commands` unless one is configured.
   */
  readonly counts: Redis;

  constructor(url: string, countsUrl = url) {
    this.commands = createRedis(url, { ...failFast, enableAutoPipelining: true });
    this.counts =
      countsUrl === url ? this.commands : createRedis(countsUrl, { ...failFast, enableAutoPipelining: true });
    this.subscriber = createRedis(url, { maxRetriesPerRequest: null, enableReadyCheck: false });
  }

  @Periodic(silentMilliseconds)
  async probe(): Promise<void> {
    await reconnectIfSilent(this.subscriber);
  }

  onApplicationShutdown(): void {
    this.commands.disconnect();
    this.counts.disconnect();
    this.subscriber.disconnect();
  }
}
