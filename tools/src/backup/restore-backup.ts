import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { StackError } from '@exco/local-stack';
import { describeMigrated, migrate, openDatabase } from '@exco/persistence';
import { inspectBackup } from './backup-file.ts';
import { allowed, startProgram } from './database-client.ts';

/**
 * Brings a backup into an empty database, and its schema to that of this version. What fails half way is taken away again.
 * @returns what was done to the schema, in lines
 * @throws StackError
 */
export async function restoreBackup(databaseUrl: string, file: string): Promise<string[]> {
  await inspectBackup(file);
  const name = new URL(databaseUrl).pathname.slice(1);
  const database = await allowed('ALL PRIVILEGES', async () => {
    await createIfMissing(databaseUrl, name);
    return openDatabase(databaseUrl, 1);
  });
  try {
    const [{ tables }] = await database.query<[{ tables: string }]>(
      'SELECT CAST(COUNT(*) AS CHAR) AS tables FROM information_schema.tables WHERE table_schema = DATABASE()',
    );
    if (tables !== '0')
      throw new StackError(
        `The database "${name}" is not empty. Name another one in DATABASE_URL, or drop it first. Nothing was restored.`,
      );
    const { child, done } = startProgram('client', databaseUrl, []);
    try {
      if (!child.stdin) throw new Error('the database client takes no input');
      const fed = pipeline(createReadStream(file), createGunzip(), child.stdin);
      // What the client says of a statement explains why it closed the pipe.
      await done;
      await fed;
    } catch (error) {
      await database.query(`DROP DATABASE \`${name}\``);
      await database.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
      throw new StackError(
        `The backup could not be restored, and the database is empty again. ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  } finally {
    await database.destroy();
  }
  return describeMigrated(await migrate(databaseUrl), false);
}

async function createIfMissing(databaseUrl: string, name: string): Promise<void> {
  const server = await openDatabase(Object.assign(new URL(databaseUrl), { pathname: '/information_schema' }).href, 1);
  try {
    await server.query(`CREATE DATABASE IF NOT EXISTS \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  } finally {
    await server.destroy();
  }
}
