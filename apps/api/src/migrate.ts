import { describeMigrated, migrate, MigrationError } from '@exco/persistence';
import { orExit, readDatabaseUrl } from './infrastructure/config/env.ts';

/** Migrates the database of DATABASE_URL and ends: for the image, where npm and the tools are not. */
const args = process.argv.slice(2);
const unknown = args.filter((arg) => arg !== '--dry-run');
const dryRun = args.includes('--dry-run');

try {
  if (unknown.length > 0) throw new MigrationError(`Unknown: ${unknown.join(' ')}. The only option is --dry-run.`);
  const done = await migrate(orExit(readDatabaseUrl), { dryRun, say: (line) => console.log(line) });
  for (const line of describeMigrated(done, dryRun)) console.log(line);
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException;
  // Without rights, without a server: what the message says is all that there is to know.
  if (!(error instanceof MigrationError) && !code) throw error;
  console.error(
    error instanceof MigrationError
      ? message
      : `The database of DATABASE_URL cannot be used: ${message}. See whether it runs, and whether this host reaches it.`,
  );
  process.exitCode = 1;
}
