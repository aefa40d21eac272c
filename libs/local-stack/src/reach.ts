import mysql from 'mysql2/promise';
import { ping } from './redis.ts';
import { StackError } from './stack-error.ts';

/** Node reports a refused host name with several addresses as an AggregateError without a message. */
function reason(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reason).join('; ');
  return error instanceof Error ? error.message || error.name : String(error);
}

function withoutPassword(address: string): string {
  return address.replace(/(\/\/[^/:@]*:)[^@]*@/, '$1…@');
}

/** @throws StackError when no database answers at DATABASE_URL; whether the schema exists is not looked at */
export async function reachDatabase(address: string): Promise<void> {
  try {
    const url = new URL(address);
    if (url.protocol !== 'mysql:') throw new TypeError('it must begin with mysql://');
    const socketPath = url.searchParams.get('socketPath');
    const connection = await mysql.createConnection({
      ...(socketPath ? { socketPath } : { host: url.hostname, port: url.port ? Number(url.port) : 3306 }),
      user: decodeURIComponent(url.username),
      password: decodeURIComponent(url.password),
      connectTimeout: 5_000,
    });
    await connection.query('SELECT 1');
    await connection.end();
  } catch (error) {
    const isRefused = (error as { code?: unknown }).code === 'ER_ACCESS_DENIED_ERROR';
    throw new StackError(
      `DATABASE_URL is set to ${withoutPassword(address)}, but ${isRefused ? 'the database there lets nobody in with that user and password' : 'no database answers there'}: ${reason(error)}.\n` +
        `${isRefused ? 'Correct them' : 'Start that server or correct the address'}; or unset DATABASE_URL, and a private one is started.`,
      { cause: error },
    );
  }
}

/** A server at one address. Sentinels and a Cluster are left to the API, which knows how to ask them. */
export const isSingleRedis = (redisUrl: string) => /^(rediss?|unix):/.test(redisUrl);

/** @throws StackError when no Redis answers at REDIS_URL */
export async function reachRedis(address: string): Promise<void> {
  try {
    await ping(address.startsWith('unix://') ? { path: address.slice('unix://'.length) } : address);
  } catch (error) {
    throw new StackError(
      `REDIS_URL is set to ${withoutPassword(address)}, but no Redis answers there: ${reason(error)}.\n` +
        'Start that server or correct the address; or unset REDIS_URL, and a private one is started.',
      { cause: error },
    );
  }
}
