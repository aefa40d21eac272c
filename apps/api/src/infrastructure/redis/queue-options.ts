import type { QueueOptions } from 'bull';
import type { Redis, RedisOptions } from 'ioredis';
import { createRedis, redisPrefix, withoutSync } from './redis.ts';

/** For connections that wait for Redis as long as it takes. Bull wants no ready check on those that block. */
export const patient: RedisOptions = { maxRetriesPerRequest: null, enableReadyCheck: false };

/** Bull names its script so; the job that it takes is the fifth argument, empty where it takes the next one itself. */
const takes = 'moveToActive';
const ofBatchGivenByRedis = "if ARGV[5] ~= '' then";

/**
 * A batch is synced to disk when it is accepted and when it is done. That a worker has begun with it (its lock, the time) need
 * not be: after a restart Redis finds the batch among the active ones without a lock and gives it out once more, which
 * changes nothing. What moves a batch from list to list is written always, or the lists of before and after would differ.
 */
function takingWithoutSync(client: Redis): Redis {
  const define = client.defineCommand.bind(client);
  client.defineCommand = (name, { lua, ...definition }) =>
    define(name, { ...definition, lua: name === takes ? `${ofBatchGivenByRedis} ${withoutSync} end\n${lua}` : lua });
  return client;
}

/**
 * The same for every queue of a process.
 * @param commands of the connection that adds batches: whether it fails fast or waits for Redis
 */
export function queueOptions(url: string, commands: RedisOptions): QueueOptions {
  return {
    prefix: redisPrefix,
    createClient: (type) =>
      type === 'client' ? takingWithoutSync(createRedis(url, commands)) : createRedis(url, patient),
    settings: {
      // A worker that was killed must not hold its batches back for long, nor may two such losses fail one.
      lockDuration: 5_000,
      stalledInterval: 2_000,
      maxStalledCount: 1_000,
      // Below the socket's limit, so that only a connection that has fallen silent reaches it.
      drainDelay: 2,
      retryProcessDelay: 500,
      backoffStrategies: { capped: (attempts: number) => Math.min(1_000 * 2 ** (attempts - 1), 60_000) },
    },
  };
}
