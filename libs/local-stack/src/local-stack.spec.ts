import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { Redis } from 'ioredis';
import { inheritedEnv } from './env.ts';
import { identify, isRunning, type Identity } from './identity.ts';
import { startLocalStack } from './local-stack.ts';
import { reachDatabase, reachRedis } from './reach.ts';

let directory: string;
beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'exco-spec-'))));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function ask(databaseUrl: string, sql: string): Promise<unknown> {
  const socketPath = new URL(databaseUrl).searchParams.get('socketPath');
  const connection = await mysql.createConnection({ ...(socketPath ? { socketPath } : {}), user: 'root' });
  const [rows] = await connection.query(sql);
  await connection.end();
  return rows;
}

async function redis<T>(url: string, act: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis({ path: url.slice('unix://'.length), disconnectTimeout: 50 });
  const answer = await act(client);
  client.disconnect();
  return answer;
}

const running = (pid: number | null): Identity => {
  const identity = pid === null ? null : identify(pid);
  if (!identity) throw new Error(`process ${pid} does not run`);
  return identity;
};

test('what was written is there after both were killed, and after another start', async () => {
  const first = await startLocalStack({ directory });
  await ask(first.databaseUrl, 'CREATE DATABASE kept');
  await redis(first.redisUrl, (client) => client.set('kept', 'yes'));
  await first.database.kill();
  await first.redis.kill();
  await first.stop();

  const second = await startLocalStack({ directory });
  expect(await ask(second.databaseUrl, "SHOW DATABASES LIKE 'kept'")).toHaveLength(1);
  expect(await redis(second.redisUrl, (client) => client.get('kept'))).toBe('yes');
  await second.stop();
});

test('a database is set up without the folder that all share for temporary files', async () => {
  const env = inheritedEnv();
  const { TMPDIR: before } = env;
  env['TMPDIR'] = join(directory, 'not there');
  try {
    await (await startLocalStack({ directory })).stop();
  } finally {
    if (before === undefined) delete env['TMPDIR'];
    else env['TMPDIR'] = before;
  }
});

test('every write on disk before it is answered, no eviction, and nothing that listens on the network', async () => {
  const stack = await startLocalStack({ directory });
  const setting = (name: string) => redis(stack.redisUrl, (client) => client.config('GET', name));
  expect(await setting('appendonly')).toEqual(['appendonly', 'yes']);
  expect(await setting('appendfsync')).toEqual(['appendfsync', 'always']);
  expect(await setting('maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
  expect(await setting('port')).toEqual(['port', '0']);
  expect(
    await ask(
      stack.databaseUrl,
      'SELECT @@skip_networking AS off, @@innodb_flush_log_at_trx_commit AS durable, @@log_bin AS log',
    ),
  ).toEqual([{ off: 1, durable: 1, log: 0 }]);
  await stack.stop();
});

test('a folder in use is refused, with the process that holds it', async () => {
  const stack = await startLocalStack({ directory });
  await expect(startLocalStack({ directory })).rejects.toThrow(`in use by process ${process.pid}`);
  expect(stack.database.running && stack.redis.running).toBe(true);
  await stack.stop();
});

test('a paused server holds its answer back until it is resumed, and can be stopped while paused', async () => {
  const stack = await startLocalStack({ directory });
  stack.database.pause();
  let answered = false;
  const answer = ask(stack.databaseUrl, 'SELECT 1').then(() => (answered = true));
  await sleep(300);
  expect(answered).toBe(false);
  stack.database.resume();
  await answer;
  stack.redis.pause();
  const pids = [stack.database.pid, stack.redis.pid].map(running);
  await stack.stop();
  expect(pids.filter(isRunning)).toEqual([]);
});

test('an unexpected end is told, an intended one is not', async () => {
  const stack = await startLocalStack({ directory });
  const ends: string[] = [];
  stack.redis.onUnexpectedExit((how) => ends.push(how));
  await stack.redis.kill();
  await stack.redis.start();
  process.kill(running(stack.redis.pid).pid, 'SIGKILL');
  await sleep(200);
  expect(ends).toEqual(['SIGKILL']);
  expect(stack.redis.running).toBe(false);
  await stack.stop();
});

test('servers do not outlive a parent that was killed', async () => {
  const program = `import { startLocalStack } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
    const stack = await startLocalStack({ directory: ${JSON.stringify(directory)} });
    process.send([stack.database.pid, stack.redis.pid]);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [pids] = (await once(parent, 'message')) as [number[]];
  const children = pids.map(running);
  parent.kill('SIGKILL');
  await once(parent, 'exit');
  const next = await startLocalStack({ directory });
  expect(children.filter(isRunning)).toEqual([]);
  await next.stop();
});

test('a path too long for a socket gets its sockets elsewhere, and they are removed', async () => {
  const long = join(directory, 'x'.repeat(90));
  const stack = await startLocalStack({ directory: long });
  const socket = stack.redisUrl.slice('unix://'.length);
  expect(socket.length).toBeLessThan(100);
  await stack.stop();
  expect(existsSync(socket)).toBe(false);
});

test.each([
  ['a file in place of a folder', 'database', /is a file, but a folder belongs there/],
  ['a file in place of the data', 'database/files', /The database ended with .*\n.*server\.log:\n {2}\|/],
])('%s: one message, nothing left running', async (_, path, message) => {
  mkdirSync(join(directory, path, '..'), { recursive: true });
  writeFileSync(join(directory, path), 'not a folder');
  await expect(startLocalStack({ directory })).rejects.toThrow(message);
  const again = startLocalStack({ directory });
  await expect(again).rejects.toThrow(message);
});

test('damaged files: the end of the log, and what to do', async () => {
  await (await startLocalStack({ directory })).stop();
  writeFileSync(join(directory, 'database/files/ibdata1'), 'damaged');
  await expect(startLocalStack({ directory })).rejects.toThrow(
    /The database ended[^]*\| [^]*move .* away and start again/,
  );
});

test('an address where nothing answers: which setting it is, without its password', async () => {
  await expect(reachDatabase('mysql://root:secret@127.0.0.1:1/exco')).rejects.toThrow(
    /^DATABASE_URL is set to mysql:\/\/root:…@127\.0\.0\.1:1\/exco, .*ECONNREFUSED/,
  );
  await expect(reachRedis('redis://:secret@127.0.0.1:1')).rejects.toThrow(/^REDIS_URL is set to redis:\/\/:…@127/);
});
