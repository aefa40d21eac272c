import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { StackError } from '@exco/local-stack';
import { readSettings } from './env.ts';
import { wantedDatabase } from './migration/wanted-database.ts';
import { runCommand } from './run/command.ts';
import { say, step } from './run/steps.ts';

/** `npm run backup [-- file]`: every table of the database, at one moment, while it serves. */
await runCommand(async (cleanUp) => {
  const [given, ...others] = process.argv.slice(2);
  if (given?.startsWith('-') || others.length > 0)
    throw new StackError('Say npm run backup, or npm run backup -- FILE.sql.gz');
  const file = resolve(given ?? `exco-${new Date().toISOString().replace(/[:.]/g, '-')}.sql.gz`);
  if (statSync(file, { throwIfNoEntry: false })) throw new StackError(`${file} is there already. Name another file.`);
  const databaseUrl = await wantedDatabase(cleanUp);
  const { backUp } = await import('./backup/back-up.ts');
  const { batchesInRedis } = await import('./backup/queue-contents.ts');
  await step(`Writing ${file}`, () => backUp(databaseUrl, file));
  say(
    `${Math.ceil(statSync(file).size / 1024)} kB. Copy it to another machine, and restore it somewhere now and then.`,
  );
  say(
    'Not in it: ADMIN_TOKEN, SESSION_SECRET, LAUNCH_SECRET and the other settings. Keep them in a secret store: with',
  );
  say('another SESSION_SECRET everybody signs in again, and join links that were sent are void.');
  const { redisUrl } = readSettings();
  const batches = redisUrl === null ? null : await batchesInRedis(redisUrl).catch(() => null);
  say(
    batches === null
      ? 'Redis was not looked at. What it had accepted and not handed on yet is not in it either; the figure exco_queue_batches counts it.'
      : `Redis holds ${batches} batches that were accepted and are not in the database yet${batches > 0 ? ': take another backup when there are none' : ''}.`,
  );
  return 0;
});
