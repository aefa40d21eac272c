import { StackError } from '@exco/local-stack';
import { logsIn, readSettings } from './env.ts';
import { runCommand } from './run/command.ts';
import { say } from './run/steps.ts';
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
  const { migrate, MigrationError } = await import('@exco/persistence');
  try {
    const dryRun = args.includes('--dry-run');
    const { ran, schema } = await migrate(databaseUrl, { dryRun, say });
    const what = dryRun ? 'would run' : 'ran';
    console.log(
      ran.length === 0 ? 'Nothing to do: the schema is up to date.' : `${ran.length} ${what}: ${ran.join(', ')}`,
    );
    if ('unknown' in schema)
      console.log(`A later version has migrated this database too: ${schema.unknown.join(', ')}`);
    return 0;
  } catch (error) {
    if (error instanceof MigrationError) throw new StackError(error.message, { cause: error });
    throw error;
  }
});
