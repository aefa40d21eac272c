import { spawnSync } from 'node:child_process';
import { findExecutable } from './programs.ts';

const program = `
import { spawnSync } from 'node:child_process';
import { useBatchScheduling } from ${JSON.stringify(new URL('scheduling.ts', import.meta.url).href)};
useBatchScheduling();
process.stdout.write(spawnSync('chrt', ['--pid', String(process.pid)]).stdout.toString());
process.stdout.write(spawnSync('sh', ['-c', 'chrt --pid $$']).stdout.toString());
`;

test('a process and what it starts do not interrupt those that run', () => {
  if (findExecutable(['chrt']) === null) throw new Error('chrt is part of util-linux, which every Debian has');
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', program]);
  expect(stdout.toString().match(/SCHED_BATCH/g)).toHaveLength(2);
});
