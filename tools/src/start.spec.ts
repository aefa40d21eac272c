import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { freePort, StackError } from '@exco/local-stack';
import { environmentWith, forgetSettings } from './env.ts';

forgetSettings();
let home: string;
let started: Started[] = [];

beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'exco-start-'))));
afterEach(async () => {
  for (const one of started) await one.end();
  started = [];
  rmSync(home, { recursive: true, force: true });
});

class Started {
  output = '';
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  readonly port: number;

  constructor(env: NodeJS.ProcessEnv, port: number) {
    this.port = port;
    this.child = spawn(process.execPath, [new URL('start.ts', import.meta.url).pathname], {
      env: environmentWith({ EXCO_HOME: home, EXCO_BUILD: 'skip', PORT: String(port), NODE_OPTIONS: '', ...env }),
    });
    this.child.stdout?.on('data', (piece: Buffer) => (this.output += piece.toString()));
    this.child.stderr?.on('data', (piece: Buffer) => (this.output += piece.toString()));
    this.ended = once(this.child, 'close').then(([code]) => code as number | null);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async says(what: string): Promise<void> {
    while (!this.output.includes(what)) {
      if (this.child.exitCode !== null) throw new StackError(`it ended without saying “${what}”:\n${this.output}`);
      await sleep(20);
    }
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

async function start(env: NodeJS.ProcessEnv = {}): Promise<Started> {
  const one = new Started(env, Number(env['PORT'] ?? (await freePort())));
  started.push(one);
  return one;
}

/** A copy of what a first start makes, which takes longer than all that follows. */
let filledHome: string | null = null;
afterAll(() => filledHome && rmSync(filledHome, { recursive: true, force: true }));

async function withFilledHome(): Promise<void> {
  if (filledHome === null) {
    await (await running()).end();
    keepFilledHome();
  } else cpSync(filledHome, home, { recursive: true });
}

function keepFilledHome(): void {
  filledHome = `${home}-filled`;
  cpSync(home, filledHome, { recursive: true });
}

async function running(): Promise<Started> {
  const one = await start();
  await one.says('Stop it with Ctrl-C');
  return one;
}

/** Every process that was started below this home says so in its command line, or in its environment. */
function processesOfHome(): number[] {
  const mentions = (file: string) => {
    try {
      return readFileSync(file, 'utf8').includes(home);
    } catch {
      return false;
    }
  };
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => mentions(`/proc/${pid}/cmdline`) || mentions(`/proc/${pid}/environ`)).map(Number);
}

async function answer(url: string, init?: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  return response.status === 200 ? response.json() : response.status;
}

const admin = () => ({
  headers: { authorization: `Bearer ${readFileSync(join(home, 'admin-token'), 'utf8').trim()}` },
});

test('from nothing to a system that a student can sign in to; the second start keeps everything; nothing is left behind', async () => {
  const first = await running();
  const [, username] = /^ {2}(\S*\d{4}) +digits \d{4}/m.exec(first.output) ?? [];
  const signIn = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username }),
  };
  expect(await answer(`${first.url}/api/session`, signIn)).toMatchObject({ user: { classes: [{}] } });
  expect(readFileSync(join(home, 'demo-roster.csv'), 'utf8')).toContain(username);
  expect(statSync(join(home, 'admin-token')).mode & 0o777).toBe(0o600);
  expect(statSync(join(home, 'session-secret')).mode & 0o777).toBe(0o600);
  const events = z.array(z.object({ id: z.number(), title: z.string(), state: z.string() }));
  const before = events.parse(await answer(`${first.url}/api/admin/events`, admin()));
  expect(before).toMatchObject([{ title: 'Demo event', state: 'live' }]);

  expect(await first.end('SIGINT')).toBe(0);
  expect(processesOfHome()).toEqual([]);

  const second = await running();
  expect(second.output).not.toContain('Adding 10,000 demo students');
  expect(events.parse(await answer(`${second.url}/api/admin/events`, admin()))).toEqual(before);
  expect(await second.end('SIGTERM')).toBe(0);
  expect(processesOfHome()).toEqual([]);
  keepFilledHome();
});

test('a second start from the same home is refused, and the first one goes on', async () => {
  await withFilledHome();
  const first = await running();
  const second = await start();
  expect(await second.ended).toBe(1);
  expect(second.output).toContain(`is in use by process ${first.child.pid}`);
  expect(await answer(`${first.url}/health/live`)).not.toBe(503);
});

test('whichever process dies is started again', async () => {
  await withFilledHome();
  const one = await running();
  const of = (what: string) =>
    processesOfHome().filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(what));
  const victims = [of('dist/worker.js'), of('dist/main.js'), of('redis.sock')].flat();
  expect(victims).toHaveLength(3);
  for (const pid of victims) process.kill(pid, 'SIGKILL');
  for (const name of ['the worker', 'the API', 'Redis']) await one.says(`${name} is back`);
  expect(await answer(`${one.url}/api/session`)).toBe(401);
});

test('killed without a chance to clean up: its processes end, and the next start works', async () => {
  await withFilledHome();
  const first = await running();
  await first.end('SIGKILL');
  const second = await running();
  expect(await second.end()).toBe(0);
  expect(processesOfHome()).toEqual([]);
});

test('interrupted in the middle of the start, it leaves nothing behind', async () => {
  const one = await start();
  await one.says('Starting the database');
  expect(await one.end('SIGINT')).toBe(130);
  expect(processesOfHome()).toEqual([]);
  expect(existsSync(join(home, 'claim.json'))).toBe(false);
});

async function refused(env: NodeJS.ProcessEnv, message: RegExp): Promise<void> {
  const one = await start(env);
  expect(await one.ended).toBe(1);
  expect(one.output).toMatch(message);
  expect(one.output).not.toMatch(/^ {4}at /m);
  expect(processesOfHome()).toEqual([]);
}

test('a port in use', async () => {
  const other = createServer().listen(0);
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  await refused(
    { PORT: String(port) },
    new RegExp(`Port ${port} is in use by another program. .*PORT=${port + 1} npm start`),
  );
  other.close();
});

test('a database of one’s own that does not answer', () =>
  refused(
    { DATABASE_URL: 'mysql://root:secret@127.0.0.1:1/exco' },
    /DATABASE_URL is set to mysql:\/\/root:…@.*ECONNREFUSED/,
  ));

test('a Redis of one’s own that does not answer', () =>
  refused({ REDIS_URL: 'redis://127.0.0.1:1' }, /REDIS_URL is set to .*ECONNREFUSED/));

test('settings that only the API knows to be wrong', async () => {
  await withFilledHome();
  await refused({ SIGN_IN: 'guess' }, /SIGN_IN: /);
});

test('missing programs, with nobody to install them', () =>
  refused(
    { EXCO_PROGRAMS: '/nowhere' },
    /Missing on this system: MariaDB[^]*Redis[^]*set DATABASE_URL .* and REDIS_URL/,
  ));

function fileForHome(): void {
  rmSync(home, { recursive: true });
  writeFileSync(home, '');
}

test.each<[string, () => void, RegExp]>([
  ['a file in place of the home', fileForHome, /is a file, but a folder belongs there/],
  [
    'a file in place of the database',
    () => writeFileSync(join(home, 'database'), ''),
    /database is a file, but a folder belongs there/,
  ],
  [
    'a file in place of the logs',
    () => writeFileSync(join(home, 'logs'), ''),
    /logs is a file, but a folder belongs there/,
  ],
  [
    'a folder in place of the token',
    () => mkdirSync(join(home, 'admin-token')),
    /admin-token is a folder, but a file belongs there/,
  ],
  [
    'a cut-off secret',
    () => writeFileSync(join(home, 'session-secret'), 'x'),
    /session-secret holds no secret[^]*Remove it/,
  ],
  [
    'damaged data',
    () => mkdirSync(join(home, 'database/files'), { recursive: true }),
    /The database ended[^]*move .* away/,
  ],
])('%s', async (_, damage, message) => {
  damage();
  await refused({}, message);
});
