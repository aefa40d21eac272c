import { join } from 'node:path';
import {
  installMissing,
  isSingleRedis,
  reachDatabase,
  reachRedis,
  startDatabase,
  startRedis,
  type OwnServer,
} from '@exco/local-stack';
import { logsIn, type Settings } from '../env.ts';
import { say, step } from '../run/steps.ts';
import { keepAlive } from './keep-alive.ts';

export interface Servers {
  databaseUrl: string;
  redisUrl: string;
}

type Wanted = Pick<Settings, 'home' | 'databaseUrl' | 'redisUrl'>;

type Kind = 'database' | 'redis';

/** Installs what a private server needs; one of one's own must answer. */
export async function checkServers(
  { home, databaseUrl, redisUrl }: Wanted,
  kinds: readonly Kind[] = ['database', 'redis'],
): Promise<void> {
  if (databaseUrl) await step('Asking the database at DATABASE_URL', () => reachDatabase(databaseUrl));
  if (redisUrl && isSingleRedis(redisUrl)) await step('Asking the Redis at REDIS_URL', () => reachRedis(redisUrl));
  const given = { database: databaseUrl, redis: redisUrl };
  await installMissing(
    kinds.filter((kind) => !given[kind]),
    say,
    logsIn(home),
  );
}

async function own(cleanUp: AsyncDisposableStack, doing: string, start: () => Promise<OwnServer>): Promise<string> {
  const server = await step(doing, async () => {
    const started = await start();
    cleanUp.defer(() => started.close());
    return started;
  });
  keepAlive(server.process);
  return server.url;
}

export async function startServers({ home, ...given }: Wanted, cleanUp: AsyncDisposableStack): Promise<Servers> {
  const logs = logsIn(home);
  const database = () => startDatabase(join(home, 'database'), { logFile: join(logs, 'database.log') });
  const redis = () => startRedis(join(home, 'redis'), { logFile: join(logs, 'redis.log') });
  return {
    databaseUrl: given.databaseUrl ?? (await own(cleanUp, 'Starting the database', database)),
    redisUrl: given.redisUrl ?? (await own(cleanUp, 'Starting Redis', redis)),
  };
}
