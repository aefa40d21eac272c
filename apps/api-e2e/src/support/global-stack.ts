import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase, startRedis, startSystem } from '@exco/local-stack';
import { migrate, openDatabase } from '@exco/persistence';
import { givenDatabaseUrl, writeSharedAddresses } from './env.ts';
import { settings } from './settings.ts';

interface Database {
  databaseUrl: string;
  testsDatabaseUrl: string;
  close: () => Promise<void>;
}

/** performance_schema counts every user but this one, so that its figures are those of the API and the worker alone. */
async function withTestsUser(databaseUrl: string): Promise<string> {
  const source = await openDatabase(databaseUrl, 1);
  try {
    await source.query("CREATE USER tests@localhost IDENTIFIED BY ''");
    await source.query('GRANT ALL ON *.* TO tests@localhost');
    await source.query(
      "INSERT INTO performance_schema.setup_actors (host, user, role, enabled, history) VALUES ('%', 'tests', '%', 'NO', 'NO')",
    );
    await source.query('TRUNCATE TABLE performance_schema.events_statements_summary_by_digest');
  } finally {
    await source.destroy();
  }
  return Object.assign(new URL(databaseUrl), { username: 'tests' }).href;
}

async function startSharedDatabase(folder: string): Promise<Database> {
  const given = givenDatabaseUrl();
  if (given) {
    const name = `e2e_${randomBytes(6).toString('hex')}`;
    const databaseUrl = Object.assign(new URL(given), { pathname: `/${name}` }).href;
    await migrate(databaseUrl);
    return { databaseUrl, testsDatabaseUrl: databaseUrl, close: () => Promise.resolve() };
  }
  const { url, close } = await startDatabase(folder, { bufferPoolMegabytes: 256, recordsStatements: true });
  await migrate(url);
  return { databaseUrl: url, testsDatabaseUrl: await withTestsUser(url), close };
}

/**
 * Starts the one stack that most test files share, with two API processes so that none of them relies on the memory of
 * one. Loaded by Node itself and not by jest: only syntax that Node can strip.
 * @returns stops it
 */
export async function startGlobalStack(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'exco-e2e-'));
  const [redis, database] = await Promise.all([
    startRedis(join(folder, 'redis')),
    startSharedDatabase(join(folder, 'database')),
  ]);
  const { databaseUrl, testsDatabaseUrl } = database;
  const stopServers = async () => {
    await Promise.all([redis.close(), database.close()]);
    rmSync(folder, { recursive: true });
  };
  try {
    const system = await startSystem({
      databaseUrl,
      redisUrl: redis.url,
      apiProcesses: 2,
      logDirectory: folder,
      env: settings,
    });
    writeSharedAddresses({
      databaseUrl,
      testsDatabaseUrl,
      redisUrl: redis.url,
      urls: system.urls,
      logDirectory: folder,
    });
    return async () => {
      await system.stop();
      await stopServers();
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}
