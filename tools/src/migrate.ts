import { StackError } from '@exco/local-stack';
import { logsIn, readSettings } from './env.ts';
import { runCommand } from './run/command.ts';
import { build } from './start/build.ts';
import { claimHome } from './start/home.ts';
import { checkServers, startServers } from './start/servers.ts';

/** Migrates the database of DATABASE_URL, or the private one, which is started for that. */
await runCommand(async (cleanUp) => {
  const args = process.argv.slice(2);
  const unknown = args.filter((arg) => arg !== '--dry-run');
  if (unknown.length > 0) throw new StackError(`Unknown: ${unknown.join(' ')}. The only option is --dry-run.`);
  const settings = readSettings();
  let databaseUrl = settings.databaseUrl;
  if (databaseUrl === null) {
    const claim = await claimHome(settings.home);
    cleanUp.defer(() => claim.release());
  }
  // This command needs no Redis.
  const wanted = { ...settings, redisUrl: 'redis://unused' };
  await checkServers({ ...wanted, redisUrl: null }, ['database']);
  await build(logsIn(settings.home), 'api');
  databaseUrl ??= (await startServers(wanted, cleanUp)).databaseUrl;
  // It rests on what has just been built.
  const { migrateDatabase } = await import('./migration/migrate-database.ts');
  await migrateDatabase(databaseUrl, args.includes('--dry-run'));
  return 0;
});
