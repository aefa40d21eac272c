import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { StackError } from '@exco/local-stack';
import { migrationsDone } from '@exco/persistence';
import { headerLine } from './backup-file.ts';
import { allowed, startProgram } from './database-client.ts';

/** One moment of all tables, without a lock that a check-in would wait for. */
const options = ['--single-transaction', '--quick', '--skip-lock-tables', '--no-tablespaces', '--hex-blob'];

/**
 * Writes every table into `file`, which is there only when it is whole.
 * @throws StackError
 */
export async function backUp(databaseUrl: string, file: string, now = new Date()): Promise<void> {
  const migrations = await allowed('SELECT', () => migrationsDone(databaseUrl));
  if (migrations.length === 0)
    throw new StackError('This database has no tables of Exco Live. Look at DATABASE_URL; nothing was written.');
  const partial = `${file}.partial`;
  const { child, done } = startProgram('dump', databaseUrl, options);
  const all = new PassThrough();
  all.write(headerLine({ madeAt: now.toISOString(), migrations }));
  child.stdout?.pipe(all);
  try {
    await Promise.all([done, pipeline(all, createGzip(), createWriteStream(partial, { mode: 0o600 }))]);
    renameSync(partial, file);
  } catch (error) {
    child.kill();
    rmSync(partial, { force: true });
    if (error instanceof StackError) throw error;
    throw new StackError(
      `${file} could not be written: ${(error as Error).message}. No backup was made; free the disk or name another place.`,
      { cause: error },
    );
  }
}
