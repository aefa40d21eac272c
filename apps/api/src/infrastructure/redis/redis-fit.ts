import { Logger } from '@nestjs/common';
import type { Redis } from 'ioredis';
import type { DataSource } from 'typeorm';
import { within } from '../database/failures.ts';
import { StartRefused } from '../scheduling/start-refused.ts';
import { createRedis, redisPrefix } from './redis.ts';

const patienceMilliseconds = 1_000;
/** So many keys are looked at, whatever else lies there. */
const keysLookedAt = 1_000;
const ownerKey = `${redisPrefix}:installation`;

/** Of `INFO memory`: why an accepted check-in is not safe in this Redis, and what to do; null where it is. */
export function evictionFault(info: string): string | null {
  const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(info)?.[1];
  // Without a word of it, as where a service hides it: its operator knows.
  if (policy === undefined || policy === 'noeviction') return null;
  return `maxmemory-policy is ${policy}; an accepted check-in could be thrown away. Set maxmemory-policy to noeviction in the configuration of that Redis.`;
}

/**
 * With two databases behind one queue, each system would write the other's check-ins into its own.
 * @param claims a Redis that keeps nobody's queue yet is ours from now on
 * @returns what to do where it is another's; null where it is ours or nobody's
 */
export async function ownerFault(redis: Redis, source: DataSource, claims: boolean): Promise<string | null> {
  const [row] = await source.query<{ id: string }[]>('SELECT id FROM installations');
  if (!row) return null;
  if (claims) await redis.setnx(ownerKey, row.id);
  const owner = await redis.get(ownerKey);
  if (owner === null || owner === row.id) return null;
  return (
    'this Redis keeps the queue of another Exco Live, whose database is not this one. Give each a Redis of its own; ' +
    `where the other no longer exists, delete every key that begins with ${redisPrefix} there.`
  );
}

/** Why somebody else's keys are a danger, and what to do; null where there are none among those looked at. */
export async function foreignKeysFault(redis: Redis): Promise<string | null> {
  const [, keys] = await redis.scan(0, 'COUNT', keysLookedAt);
  const foreign = keys.filter((key) => !key.startsWith(redisPrefix)).length;
  if (foreign === 0) return null;
  return `${foreign} of ${keys.length} keys looked at are another system's, which may fill this Redis or empty it. Give Exco Live a Redis of its own.`;
}

/**
 * A Redis that is away refuses nobody: check-ins then go to the database directly. Foreign keys are only told.
 * @throws StartRefused
 */
export async function refuseUnfitRedis(url: string, source: DataSource): Promise<void> {
  const client = createRedis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  const ask = <T>(answer: Promise<T>) => within(patienceMilliseconds, answer);
  try {
    await ask(client.connect());
    const fault = evictionFault(await ask(client.info('memory'))) ?? (await ask(ownerFault(client, source, true)));
    if (fault !== null) throw new StartRefused(`REDIS_URL: ${fault}`);
    const foreign = await ask(foreignKeysFault(client));
    if (foreign !== null) new Logger('Redis').warn(`REDIS_URL: ${foreign}`);
  } catch (error) {
    if (error instanceof StartRefused) throw error;
  } finally {
    client.disconnect();
  }
}
