import { isSingleRedis } from '@exco/local-stack';
import { Redis } from 'ioredis';

/**
 * What Redis holds and no backup of the database has: batches that were accepted and are not committed. Null where only the
 * API knows how to find it: by Sentinels, or in a Cluster.
 */
export async function batchesInRedis(redisUrl: string): Promise<number | null> {
  if (!isSingleRedis(redisUrl)) return null;
  const options = { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null };
  const redis = redisUrl.startsWith('unix://')
    ? new Redis({ path: redisUrl.slice('unix://'.length), ...options })
    : new Redis(redisUrl, options);
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const counts = await Promise.all([
      redis.llen('{exco}:attendance:wait'),
      redis.llen('{exco}:attendance:active'),
      redis.zcard('{exco}:attendance:delayed'),
    ]);
    return counts.reduce((sum, count) => sum + count, 0);
  } finally {
    redis.disconnect();
  }
}
