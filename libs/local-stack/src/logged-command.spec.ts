import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logTail, runLogged } from './logged-command.ts';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'exco-logged-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('the output of both kinds goes to the log, which is made with its folder, and the exit code comes back', async () => {
  const logFile = join(folder, 'logs/build.log');
  const args = ['-c', 'echo one; echo two >&2; exit 3'];
  expect(await runLogged({ command: 'sh', args, logFile, say: () => undefined })).toBe(3);
  expect(readFileSync(logFile, 'utf8')).toBe('one\ntwo\n');
  expect(logTail(logFile, 1)).toBe('  | two');
  expect(logTail(logFile, 1, /^two$/m)).toBe('  | one');
});

test('a program that is not there gives no exit code', async () => {
  const logFile = join(folder, 'build.log');
  expect(await runLogged({ command: '/nowhere', args: [], logFile, say: () => undefined })).toBeNull();
});

test('an aborted command is ended', async () => {
  const abort = new AbortController();
  const command = { command: 'sleep', args: ['600'], logFile: join(folder, 'log'), say: () => undefined };
  const ended = runLogged({ ...command, signal: abort.signal });
  abort.abort();
  expect(await ended).toBeNull();
});
