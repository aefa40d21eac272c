import { say } from './run/steps.ts';
import { environmentWith, logsIn, notFromFiles, readSettings } from './env.ts';
import { portFault, freePort, startSystem } from '@exco/local-stack';
import { runCommand } from './run/command.ts';
import { untilInterrupted } from './run/until-interrupted.ts';
import { step } from './run/steps.ts';
import { compileOnChange } from './dev/compile-on-change.ts';
import { RestartOnBuild } from './dev/restart-on-build.ts';
import { serveWebApp } from './dev/web-app.ts';
import { build } from './start/build.ts';
import { claimHome, readSecrets } from './start/home.ts';
import { checkPort } from './start/port.ts';
import { checkServers, startServers } from './start/servers.ts';

const webPort = 4200;

/** The usual port of a debugger, or a free one where another program has it. */
const inspectorPort = async (usual: number) => ((await portFault(usual)) === null ? usual : freePort());

/** The whole system for a developer: every change of a source file is compiled and its processes are started again. */
await runCommand(async (cleanUp) => {
  console.log('Exco Live, for developers');
  const settings = readSettings();
  const claim = await claimHome(settings.home);
  cleanUp.defer(() => claim.release());
  await checkPort(settings.port);
  await checkPort(webPort);
  const secrets = await readSecrets(settings);
  await checkServers(settings);
  await build(logsIn(settings.home), 'api');

  const servers = await startServers(settings, cleanUp);
  // Both rest on what has just been built.
  const { fillDatabase } = await import('./start/fill.ts');
  const { ensureDemoEvent } = await import('./start/demo-event.ts');
  const filled = await fillDatabase(servers.databaseUrl, settings.home);
  const inspect = { api: await inspectorPort(9229), worker: await inspectorPort(9230) };
  const system = await step('Starting the API and the worker', () =>
    startSystem({
      ...servers,
      port: settings.port,
      inspect,
      env: environmentWith({ ...secrets, ...notFromFiles }, { DOCS: 'on', NODE_ENV: 'development' }),
    }),
  );
  cleanUp.defer(() => system.stop());
  if (filled.isDemo) await ensureDemoEvent(system.url, system.adminToken);

  const restart = new RestartOnBuild([...system.workers, ...system.apis], say);
  cleanUp.defer(() => restart.stop());
  cleanUp.defer(compileOnChange(() => restart.request(), say));
  cleanUp.defer(serveWebApp(webPort, system.url));

  const students = filled.samples?.students.map(({ username }) => username).join(', ');
  console.log(`
Web app, in watch mode: http://localhost:${webPort}   (it passes /api on to the API)
API, in watch mode:     http://localhost:${settings.port}   (Swagger UI at /docs, admin token in ${settings.home}/admin-token)
Debuggers:              API 127.0.0.1:${inspect.api}, worker 127.0.0.1:${inspect.worker}
${students === undefined ? '' : `Sign in as one of:      ${students}\n`}Stop it with Ctrl-C; everything is kept for the next start.
`);
  await untilInterrupted();
  return 0;
});
