import { within } from '../database/failures.ts';
import { StartRefused } from '../scheduling/start-refused.ts';
import { createRedis } from './redis.ts';

const patienceMilliseconds = 1_000;

/** Of `INFO memory`: why an accepted check-in is not safe in this Redis, and what to do; null where it is. */
export function evictionFault(info: string): string | null {
  const policy = /^maxmemory_policy:(.*?)\r?$/m.exec(info)?.[1];
  // Without a word of it, as where a service hides it: its operator knows.
  if (policy === undefined || policy === 'noeviction') return null;
  return `maxmemory-policy is ${policy}; an accepted check-in could be thrown away. Set maxmemory-policy to noeviction in the configuration of that Redis.`;
}

/**
 * A Redis that is away refuses nobody: check-ins then go to the database directly.
 * @throws StartRefused
 */
export async function refuseUnfitRedis(url: string): Promise<void> {
  const client = createRedis(url, { lazyConnect: true, maxRetriesPerRequest: 0, retryStrategy: () => null });
  try {
    await within(patienceMilliseconds, client.connect());
    const fault = evictionFault(await within(patienceMilliseconds, client.info('memory')));
    if (fault) throw new StartRefused(`REDIS_URL: ${fault}`);
  } catch (error) {
    if (error instanceof StartRefused) throw error;
  } finally {
    client.disconnect();
  }
}
