import { startSystem, useBatchScheduling } from '@exco/local-stack';
import { environmentWith, logsIn, notFromFiles, readSettings } from './env.ts';
import { runCommand } from './run/command.ts';
import { untilInterrupted } from './run/until-interrupted.ts';
import { say, seconds, step } from './run/steps.ts';
import { build } from './start/build.ts';
import { claimHome, readSecrets } from './start/home.ts';
import { keepAlive } from './start/keep-alive.ts';
import { checkPort } from './start/port.ts';
import { checkServers, startServers } from './start/servers.ts';
import { welcome } from './start/welcome.ts';

await runCommand(async (cleanUp) => {
  console.log('Exco Live');
  useBatchScheduling();
  const settings = readSettings();
  const claim = await claimHome(settings.home);
  cleanUp.defer(() => claim.release());
  await checkPort(settings.port);
  const secrets = await readSecrets(settings);
  await checkServers(settings);
  await build(logsIn(settings.home));

  const servers = await startServers(settings, cleanUp);
  // Both rest on what has just been built.
  const { fillDatabase } = await import('./start/fill.ts');
  const { ensureDemoEvent } = await import('./start/demo-event.ts');
  const filled = await fillDatabase(servers.databaseUrl, settings.home);

  const system = await step('Starting the API and the worker', () =>
    startSystem({
      ...servers,
      port: settings.port,
      logDirectory: logsIn(settings.home),
      env: environmentWith({ ...secrets, ...notFromFiles }, { DOCS: 'on', LOG_FORMAT: 'text' }),
    }),
  );
  cleanUp.defer(async () => {
    say('Stopping: the API and the worker finish what they have begun …');
    const from = performance.now();
    await system.stop();
    say(`  done in ${seconds(performance.now() - from)}; the database and Redis are next`);
  });
  [...system.apis, ...system.workers].forEach((process) => keepAlive(process));
  if (filled.isDemo) await ensureDemoEvent(system.url, system.adminToken);

  console.log(welcome(settings, secrets.ADMIN_TOKEN, filled));
  await untilInterrupted();
  return 0;
});
