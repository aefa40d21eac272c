import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { environmentWith } from './env.ts';

/** A checkout whose npm writes down that it was called, and installs a Node that is the one running this. */
const npm = `#!/bin/sh
if [ "$1" = ping ]; then
  [ -e no-network ] && echo 'npm error code EAI_AGAIN' >&2 && exit 1
  exit 0
fi
echo "$@ with $(command -v node)" >> npm-calls
[ -e npm-fails ] && exit 1
rm -rf node_modules
mkdir -p node_modules/.bin
ln -s ${process.execPath} node_modules/.bin/node`;

let checkout: string;

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'exco-bootstrap-'));
  mkdirSync(join(checkout, 'tools/src'), { recursive: true });
  mkdirSync(join(checkout, 'programs'));
  copyFileSync(new URL('../bootstrap.mjs', import.meta.url), join(checkout, 'tools/bootstrap.mjs'));
  writeFileSync(
    join(checkout, 'tools/src/start.ts'),
    'console.log("started", process.argv.slice(2)); process.exitCode = 7;',
  );
  writeFileSync(join(checkout, 'programs/npm'), npm, { mode: 0o755 });
  writeFileSync(join(checkout, 'package-lock.json'), '{}');
});
afterEach(() => rmSync(checkout, { recursive: true }));

async function bootstrap(...args: string[]): Promise<{ code: number | null; output: string }> {
  const env = environmentWith({
    PATH: `${checkout}/node_modules/.bin:${checkout}/programs:${dirname(process.execPath)}:/usr/bin:/bin`,
  });
  const child = spawn(process.execPath, [join(checkout, 'tools/bootstrap.mjs'), ...args], { env, cwd: checkout });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code: child.exitCode, output: output + errors };
}

const calls = () => {
  const file = join(checkout, 'npm-calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

test('it installs once, again when the lock file has changed, and passes arguments and exit code on', async () => {
  const first = await bootstrap('start', 'one', 'two');
  expect(first).toMatchObject({
    code: 7,
    output: expect.stringMatching(/npm install[^]*started \[ 'one', 'two' \]/) as string,
  });
  await bootstrap('start');
  expect(calls()).toHaveLength(1);
  appendFileSync(join(checkout, 'package-lock.json'), ' ');
  await bootstrap('start');
  expect(calls()).toHaveLength(2);
});

test('npm runs on the system’s Node, not on the one it is about to replace', async () => {
  await bootstrap('start');
  appendFileSync(join(checkout, 'package-lock.json'), ' ');
  await bootstrap('start');
  expect(calls().filter((call) => call.includes(`${checkout}/node_modules`))).toEqual([]);
});

test('an npm that fails: one message, exit code 1, and the next run tries again', async () => {
  writeFileSync(join(checkout, 'npm-fails'), '');
  const { code, output } = await bootstrap('start');
  expect(code).toBe(1);
  expect(output).toContain('npm could not install the dependencies');
  expect(output).not.toContain('    at ');
  rmSync(join(checkout, 'npm-fails'));
  expect((await bootstrap('start')).code).toBe(7);
});

test('without a network npm is asked to do with what it has, and if that fails the message says so', async () => {
  writeFileSync(join(checkout, 'no-network'), '');
  expect((await bootstrap('start')).code).toBe(7);
  expect(calls()).toEqual([expect.stringContaining('--offline')]);
  rmSync(join(checkout, 'node_modules'), { recursive: true });
  writeFileSync(join(checkout, 'npm-fails'), '');
  expect(await bootstrap('start')).toMatchObject({
    code: 1,
    output: expect.stringContaining('cannot be reached') as string,
  });
});

test('a command that is not there is refused', async () => {
  expect(await bootstrap('stop')).toEqual({
    code: 1,
    output: expect.stringMatching(/^\nSay one of: start, dev, test, loadtest, .*\.\n$/) as string,
  });
});
