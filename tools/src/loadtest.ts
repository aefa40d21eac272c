import { join } from 'node:path';
import { installMissing } from '@exco/local-stack';
import { checkout, ownLogs } from './env.ts';
import { runChild } from './run/child.ts';
import { runCommand } from './run/command.ts';
import { say } from './run/steps.ts';
import { build } from './start/build.ts';

/** Provides what a load test rests on, and hands over to it. */
await runCommand(async () => {
  const args = process.argv.slice(2);
  if (!args.includes('--help')) {
    if (!args.includes('--url')) await installMissing(['database', 'redis'], say, ownLogs);
    await build(ownLogs);
  }
  return runChild(process.execPath, [join(checkout, 'loadtest/src/main.ts'), ...args]);
});
