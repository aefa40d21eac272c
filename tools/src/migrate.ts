import { StackError } from '@exco/local-stack';
import { wantedDatabase } from './migration/wanted-database.ts';
import { runCommand } from './run/command.ts';

/** Migrates the database of DATABASE_URL, or the private one. */
await runCommand(async (cleanUp) => {
  const args = process.argv.slice(2);
  const unknown = args.filter((arg) => arg !== '--dry-run');
  if (unknown.length > 0) throw new StackError(`Unknown: ${unknown.join(' ')}. The only option is --dry-run.`);
  const databaseUrl = await wantedDatabase(cleanUp);
  // It rests on what has just been built.
  const { migrateDatabase } = await import('./migration/migrate-database.ts');
  await migrateDatabase(databaseUrl, args.includes('--dry-run'));
  return 0;
});
