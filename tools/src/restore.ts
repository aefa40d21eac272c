import { resolve } from 'node:path';
import { StackError } from '@exco/local-stack';
import { readSettings } from './env.ts';
import { wantedDatabase } from './migration/wanted-database.ts';
import { runCommand } from './run/command.ts';
import { say, step } from './run/steps.ts';

/** `npm run restore -- file`: into an empty database. Stop the API and the workers first. */
await runCommand(async (cleanUp) => {
  const [file, ...others] = process.argv.slice(2);
  if (!file || file.startsWith('-') || others.length > 0)
    throw new StackError('Say npm run restore -- FILE.sql.gz, with DATABASE_URL of an empty database.');
  if (readSettings().databaseUrl === null)
    throw new StackError('Set DATABASE_URL to the empty database that the backup is to be restored into.');
  const databaseUrl = await wantedDatabase(cleanUp);
  const { restoreBackup } = await import('./backup/restore-backup.ts');
  const lines = await step(`Restoring ${file}`, () => restoreBackup(databaseUrl, resolve(file)));
  lines.forEach(say);
  say('Restored. Start the API and the workers with the settings of that time, the same SESSION_SECRET above all.');
  return 0;
});
