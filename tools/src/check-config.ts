import { build } from './start/build.ts';
import { ownLogs } from './env.ts';
import { runChild } from './run/child.ts';
import { runCommand } from './run/command.ts';

/** What the API and the worker would do with the settings of this environment. */
await runCommand(async () => {
  await build(ownLogs, 'api');
  return runChild('node', ['apps/api/dist/check-config.js', ...process.argv.slice(2)]);
});
