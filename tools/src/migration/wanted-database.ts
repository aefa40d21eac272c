import { logsIn, readSettings } from '../env.ts';
import { build } from '../start/build.ts';
import { claimHome } from '../start/home.ts';
import { checkServers, startServers } from '../start/servers.ts';

/** For commands about the database alone: that of DATABASE_URL, or the private one, which is started for them. */
export async function wantedDatabase(cleanUp: AsyncDisposableStack): Promise<string> {
  const settings = readSettings();
  if (settings.databaseUrl === null) {
    const claim = await claimHome(settings.home);
    cleanUp.defer(() => claim.release());
  }
  // These commands need no Redis of their own.
  const wanted = { ...settings, redisUrl: 'redis://unused' };
  await checkServers({ ...wanted, redisUrl: null }, ['database']);
  await build(logsIn(settings.home), 'api');
  return settings.databaseUrl ?? (await startServers(wanted, cleanUp)).databaseUrl;
}
