import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDatabase, type DatabaseOptions } from './database.ts';
import type { OwnProcess } from './own-process.ts';
import { startRedis, type RedisOptions } from './redis.ts';

export interface LocalStackOptions {
  /** Kept between starts. Without it: a fresh temporary one, removed by `stop()`. */
  directory?: string;
  database?: DatabaseOptions;
  redis?: RedisOptions;
}

/** A private database and a private Redis. Each can be stopped, killed, paused and started again on its own. */
export interface LocalStack {
  databaseUrl: string;
  redisUrl: string;
  database: OwnProcess;
  redis: OwnProcess;
  stop(): Promise<void>;
}

/** Resolves when both serve. @throws StackError, with neither left running */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const directory = resolve(options.directory ?? mkdtempSync(join(tmpdir(), 'exco-')));
  const remove = () => {
    if (!options.directory) rmSync(directory, { recursive: true, force: true });
  };
  const started = await Promise.allSettled([
    startDatabase(join(directory, 'database'), options.database),
    startRedis(join(directory, 'redis'), options.redis),
  ]);
  const [database, redis] = started;
  if (database.status === 'rejected' || redis.status === 'rejected') {
    for (const server of started) if (server.status === 'fulfilled') await server.value.close();
    remove();
    throw started.find((server) => server.status === 'rejected')?.reason;
  }
  return {
    databaseUrl: database.value.url,
    redisUrl: redis.value.url,
    database: database.value.process,
    redis: redis.value.process,
    stop: async () => {
      await Promise.all([database.value.close(), redis.value.close()]);
      remove();
    },
  };
}
