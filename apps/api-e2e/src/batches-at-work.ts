import { Redis } from 'ioredis';

/** Of each batch that a worker has in its hands: the token of that worker. */
export async function batchesAtWork(redisUrl: string): Promise<string[]> {
  const redis = new Redis({ path: redisUrl.slice('unix://'.length) });
  try {
    const locks = await redis.keys('{exco}:attendance:*:lock');
    const tokens = await Promise.all(locks.map((lock) => redis.get(lock)));
    return tokens.filter((token) => token !== null);
  } finally {
    redis.disconnect();
  }
}
