import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { inheritedEnv, startDatabase, startRedis, type OwnServer } from '@exco/local-stack';
import { migrate, openDatabase } from '@exco/persistence';

export interface OwnDatabase {
  url: string;
  source: DataSource;
  close(): Promise<void>;
}

async function inOwnFolder(start: (folder: string) => Promise<OwnServer>): Promise<OwnServer> {
  const folder = mkdtempSync(join(tmpdir(), 'exco-spec-'));
  const server = await start(folder);
  const close = async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, close };
}

/**
 * A migrated, empty database of one’s own: on the server of TEST_DATABASE_URL, or on a private one.
 * @param recordsStatements on that of DATABASE_URL where it is set, else on a private one: a server that counts what this
 * test asks and nothing else
 */
export async function aDatabase({ recordsStatements = false } = {}): Promise<OwnDatabase> {
  const given = inheritedEnv()[recordsStatements ? 'DATABASE_URL' : 'TEST_DATABASE_URL'];
  const options = { bufferPoolMegabytes: 128, recordsStatements };
  const server = given ? null : await inOwnFolder((folder) => startDatabase(folder, options));
  const name = `spec_${randomBytes(6).toString('hex')}`;
  const url = Object.assign(new URL(given ?? server?.url ?? ''), { pathname: `/${name}` }).href;
  await migrate(url);
  const source = await openDatabase(url, 5);
  return {
    url,
    source,
    close: async () => {
      await source.query(`DROP DATABASE ${name}`);
      await source.destroy();
      await server?.close();
    },
  };
}

/** A private Redis. All processes share keys and channels on one, so that a spec needs its own. */
export async function aRedis(): Promise<OwnServer> {
  return inOwnFolder((folder) => startRedis(folder));
}
