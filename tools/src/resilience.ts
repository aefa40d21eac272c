import { join } from 'node:path';
import { installMissing, isRootOnLinux, type Installable } from '@exco/local-stack';
import { checkout, ownLogs } from './env.ts';
import { runChild } from './run/child.ts';
import { runCommand } from './run/command.ts';
import { say } from './run/steps.ts';
import { build } from './start/build.ts';

const servers: Installable[] = ['database', 'redis'];
/** Galera comes with Debian's MariaDB; it copies a database by rsync. */
const forHosts: Installable[] = ['haproxy', 'keepalived', 'ip', 'rsync'];

/** Provides what the experiments rest on, and hands over to it. */
await runCommand(async () => {
  const args = process.argv.slice(2);
  const hosts = args.includes('--hosts');
  // Where hosts cannot be made, the experiments say so: nothing is installed for that.
  if ((!hosts || isRootOnLinux()) && !args.includes('--help')) {
    if (!args.includes('--list')) await installMissing([...servers, ...(hosts ? forHosts : [])], say, ownLogs);
    await build(ownLogs);
  }
  return runChild(process.execPath, [join(checkout, 'loadtest/src/resilience.ts'), ...args]);
});
