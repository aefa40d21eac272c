import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startLocalStack, type LocalStack, type OwnProcess } from '@exco/local-stack';
import { openDatabase, writeRoster } from '@exco/persistence';
import { aStudent, TcpProxy } from '@exco/testing';
import { runToEnd, serverIn, type Container } from './support/container.ts';
import { ImageStore, type ImageConfig } from './support/image.ts';
import { planEvent, Student } from './support/student.ts';

/* The image of the Dockerfile: built without an engine, and run as compose.yaml has it run. */

// In production a secret that looks made up by hand stops the start.
const [adminToken, sessionSecret] = [randomBytes(24).toString('hex'), randomBytes(32).toString('hex')];
const { username } = aStudent();
const buildMinutes = 8;

let folder: string;
let store: ImageStore;
let config: ImageConfig;
let root: string;
let servers: LocalStack | undefined;
let lines: TcpProxy[] = [];
let env: Record<string, string>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exco-image-'));
  store = new ImageStore(join(folder, 'images'));
  store.makeBase();
  store.build('0123abc');
  config = store.config();
  root = store.mounted();
  servers = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  const socket = new URL(servers.databaseUrl).searchParams.get('socketPath') ?? '';
  const database = await TcpProxy.to({ path: socket });
  const redis = await TcpProxy.to({ path: servers.redisUrl.slice('unix://'.length) });
  lines = [database, redis];
  env = {
    DATABASE_URL: `mysql://root@127.0.0.1:${database.port}/exco`,
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    ADMIN_TOKEN: adminToken,
    SESSION_SECRET: sessionSecret,
  };
}, buildMinutes * 60_000);

afterAll(async () => {
  await Promise.all(lines.map((line) => line.close()));
  await servers?.stop();
  store.close();
  rmSync(folder, { recursive: true });
}, 60_000);

const container = (more: Partial<Container> = {}): Container => ({ root, config, env, ...more });

test('it says what it is, who runs it and how one sees that it lives', () => {
  expect(config).toMatchObject({ User: '10001:10001', WorkingDir: '/app', Cmd: ['apps/api/dist/main.js'] });
  expect(config.Labels).toMatchObject({
    'org.opencontainers.image.title': 'Exco Live',
    'org.opencontainers.image.licenses': 'MIT',
    'org.opencontainers.image.version': (
      JSON.parse(readFileSync(join(root, 'app/package.json'), 'utf8')) as { version: string }
    ).version,
    'org.opencontainers.image.revision': '0123abc',
  });
});

test('only what runs is in it: no sources, no development dependencies, nothing that its user may write', async () => {
  const found = async (expression: string) =>
    (await runToEnd(container(), ['sh', '-c', `cd /app && ${expression}`]))[1].trim();
  expect(await found('ls node_modules/jest node_modules/@angular/build apps/api/src libs/testing 2>/dev/null')).toBe(
    '',
  );
  expect(await found("find . -name '*.spec.*' -not -path './node_modules/*'")).toBe('');
  expect(await found('find . -perm /o+w ! -type l; find . -user 10001')).toBe('');
  expect(await found('id -u; touch /app/anything; touch /tmp/anything && echo written')).toMatch(
    /^10001\n.*Read-only file system\nwritten$/s,
  );
});

test('as uid 10001 on a read-only root it migrates and serves a check-in; the worker as any other uid', async () => {
  const [code, said] = await runToEnd(container(), [...config.Entrypoint, 'apps/api/dist/migrate.js']);
  expect([code, said]).toEqual([0, expect.stringMatching(/^\d+ ran: /m)]);
  const database = await openDatabase(servers?.databaseUrl ?? '', 1);
  await writeRoster(database, [aStudent({ username })]);

  const [port, ofApi, ofWorker] = await Promise.all([freePort(), freePort(), freePort()]);
  const api = container({ env: { ...env, PORT: String(port), METRICS_PORT: String(ofApi) } });
  const worker = container({
    command: ['apps/api/dist/worker.js'],
    user: '20002:0',
    env: { ...env, METRICS_PORT: String(ofWorker) },
  });
  const started: OwnProcess[] = [
    serverIn(api, ofApi, join(folder, 'api.log')),
    serverIn(worker, ofWorker, join(folder, 'worker.log')),
  ];
  try {
    for (const one of started) await one.start();
    // Each is alive by what the image itself says how to ask.
    const [, ...healthCheck] = config.Healthcheck?.Test ?? [];
    for (const one of [api, worker]) expect((await runToEnd(one, healthCheck))[0]).toBe(0);
    const dead = container({ env: { ...env, METRICS_PORT: '1' } });
    expect((await runToEnd(dead, healthCheck))[0]).toBe(1);

    const url = `http://127.0.0.1:${port}`;
    expect(await (await fetch(url)).text()).toContain('<exco-app');
    const event = await planEvent(url, adminToken);
    const student = await Student.signIn(url, username);
    const answer = await student.checkIn(event.id);
    expect([answer.status, await answer.json()]).toMatchObject([200, { committed: true }]);
    expect(await database.query('SELECT user_id FROM attendances WHERE live_event_id = ?', [event.id])).toHaveLength(1);
  } finally {
    for (const one of started) await one.stop();
    await database.destroy();
  }
});

test('without a secret it ends at once, and says which', async () => {
  const [code, said] = await runToEnd(container({ env: { ...env, SESSION_SECRET: '' } }), [
    ...config.Entrypoint,
    ...config.Cmd,
  ]);
  expect([code, said]).toEqual([1, expect.stringContaining('SESSION_SECRET: must be set')]);
});
