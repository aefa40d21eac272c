import { Redis } from 'ioredis';

/** The lock token of each batch that a worker is working on. */
export async function activeJobTokens(redisUrl: string): Promise<string[]> {
  const redis = new Redis({ path: redisUrl.slice('unix://'.length) });
  try {
    const locks = await redis.keys('{exco}:attendance:*:lock');
    const tokens = await Promise.all(locks.map((lock) => redis.get(lock)));
    return tokens.filter((token) => token !== null);
  } finally {
    redis.disconnect();
  }
}
