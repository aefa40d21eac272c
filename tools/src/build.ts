import { ownLogs } from './env.ts';
import { runCommand } from './run/command.ts';
import { build } from './start/build.ts';

/** What production runs, for a host without containers: the API, the worker and the web app. */
await runCommand(async () => {
  await build(ownLogs);
  return 0;
});
