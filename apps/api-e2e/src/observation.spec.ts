import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { configurationChecks } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { Redis } from 'ioredis';
import { checkIn } from './support/attendance-requests.ts';
import { IsolatedStack } from './support/own-stacks.ts';

/* What an operator sees: figures and health on a port of their own, and a start that says why it refuses. */

let stack: IsolatedStack;
const env = { API_PROCESSES: '2', LOG_REQUESTS: 'on', LOG_LEVEL: 'info', LOG_FORMAT: 'json' };
beforeAll(async () => (stack = await IsolatedStack.start({ observed: true, env })), 120_000);
afterAll(() => stack.close());

const apiUrl = () => stack.system.observedUrls.apis[0] ?? '';
const workerUrl = () => stack.system.observedUrls.workers[0] ?? '';

async function childrenOf(pid: number): Promise<string[]> {
  return (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
}

async function figures(url: string): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return new Map([...text.matchAll(/^([a-z]\S*) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

test('health of the API and of the worker', async () => {
  for (const url of [apiUrl(), workerUrl()]) {
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    const ready = await fetch(`${url}/health/ready`);
    expect([ready.status, await ready.json()]).toMatchObject([200, { database: 'up', redis: 'up', isReady: true }]);
  }
});

test('the figures are those of all processes of the host, and stand nowhere else', async () => {
  const { id } = await stack.event('live');
  const people = await stack.aClass(12);
  let accepted = 0;
  for (const person of people) {
    const { status } = await checkIn(await stack.signIn(person), id, person);
    if (status === 200 || status === 202) accepted++;
  }
  expect(accepted).toBeGreaterThan(0);
  await eventually(async () => {
    const api = await figures(apiUrl());
    // On a busy machine a commit may come too late for its answer: then it was queued.
    const sum = (name: string, label: string, ...values: string[]) =>
      values.reduce((total, value) => total + (api.get(`${name}{act="check-in",${label}="${value}"}`) ?? 0), 0);
    expect(sum('exco_attendance_requests_total', 'answer', 'committed', 'queued')).toBe(accepted);
    expect(sum('exco_attendance_outcomes_total', 'outcome', 'checked-in', 'queued')).toBe(accepted);
    expect(api.get('exco_processes{role="api"}')).toBe(2);
  });
  const api = await figures(apiUrl());
  expect(Object.fromEntries(api)).toMatchObject({
    'exco_processes_expected{role="api"}': 2,
    exco_commit_seconds_count: expect.any(Number) as number,
    exco_batch_rows_sum: accepted,
    exco_redis_up: 1,
    exco_database_up: 1,
    exco_queue_oldest_batch_seconds: 0,
    'exco_queue_batches{state="waiting"}': 0,
    'exco_database_connections_limit{pool="requests"}': 20,
    'exco_database_connections_limit{pool="batches"}': 8,
    exco_admission_waiting: 0,
    exco_admission_turned_away_total: 0,
    exco_live_sockets: 0,
    exco_counts_age_seconds: 0,
  });
  expect(api.get('exco_open_files_ratio')).toBeGreaterThan(0);
  expect(api.get('exco_event_loop_delay_p99_seconds')).toBeGreaterThan(0);
  expect(api.has('exco_audit_entries_waiting')).toBe(true);
  expect((await figures(workerUrl())).get('exco_processes{role="worker"}')).toBe(1);
  expect((await stack.client().get('/metrics')).status).toBe(404);
});

test('a process that dies takes no counts with it', async () => {
  const name = 'exco_batch_rows_sum';
  const before = (await figures(apiUrl())).get(name);
  const [child = ''] = await childrenOf(stack.system.apis[0]?.pid ?? 0);
  process.kill(Number(child), 'SIGKILL');
  await eventually(async () => {
    const now = await figures(apiUrl());
    expect(now.get('exco_processes{role="api"}')).toBe(2);
    expect(now.get(name)).toBe(before);
  }, 50);
});

async function starts(program: string, env: Record<string, string>): Promise<{ code: number; said: string }> {
  const file = fileURLToPath(new URL(`../../api/dist/${program}.js`, import.meta.url));
  const child = spawn(process.execPath, [file], {
    env: {
      DATABASE_URL: stack.databaseUrl,
      REDIS_URL: stack.redisUrl,
      ADMIN_TOKEN: 'a token of some length',
      SESSION_SECRET: 'a secret of at least thirty-two letters',
      PORT: '0',
      ...env,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'exit')) as [number];
  return { code, said };
}

describe('a start that is refused is one sentence and exit code 1', () => {
  const empty = () => Object.assign(new URL(stack.databaseUrl), { pathname: '/mysql' }).href;

  test.each(['main', 'worker'])('%s: a schema that is older', async (program) => {
    const { code, said } = await starts(program, { DATABASE_URL: empty() });
    expect([code, said.trim().split('\n')]).toEqual([
      1,
      [expect.stringMatching(/^The database's schema is older .*migrate/)],
    ]);
  });

  test('a schema that a later version has changed for good', async () => {
    await stack.database.query("INSERT INTO migrations (timestamp, name) VALUES (9e12, 'ContractAway9000000000000')");
    try {
      const { code, said } = await starts('main', {});
      expect([code, said]).toEqual([1, expect.stringContaining('ContractAway9000000000000')]);
    } finally {
      await stack.database.query('DELETE FROM migrations WHERE timestamp = 9e12');
    }
  });

  test.each(['main', 'worker'])('%s: a Redis that may throw accepted check-ins away', async (program) => {
    const redis = new Redis(stack.redisUrl.slice('unix://'.length));
    await redis.config('SET', 'maxmemory-policy', 'volatile-lru');
    try {
      const { code, said } = await starts(program, {});
      expect([code, said.trim().split('\n')]).toEqual([
        1,
        [expect.stringMatching(/^REDIS_URL: maxmemory-policy is volatile-lru; .* Set maxmemory-policy to noeviction/)],
      ]);
    } finally {
      await redis.config('SET', 'maxmemory-policy', 'noeviction');
      redis.disconnect();
    }
  });

  test.each(['main', 'worker', 'check-config'])('%s: a database that is a read-only replica', async (program) => {
    await stack.database.query('SET GLOBAL read_only = 1');
    try {
      const { code, said } = await starts(program, {});
      expect([code, said]).toEqual([1, expect.stringMatching(/^(.*✗ )?The database is a read-only replica\. Let /ms)]);
    } finally {
      await stack.database.query('SET GLOBAL read_only = 0');
    }
  });

  test('a port for the figures that is taken', async () => {
    const { code, said } = await starts('worker', { METRICS_PORT: new URL(apiUrl()).port });
    expect([code, said]).toEqual([1, expect.stringMatching(/^METRICS_PORT: .*cannot be opened/)]);
  });
});

test('check-config says what would be done, and what is wrong', async () => {
  const right = await starts('check-config', { METRICS_PORT: '9464', API_PROCESSES: '3' });
  expect(right.said).toContain('The API: 3 process(es) on 0.0.0.0:0; figures and health on 127.0.0.1:9464');
  expect(right.said).toContain('✓ The database answers, and its schema is up to date.');
  expect(right.said).not.toContain('a token of some length');
  expect(right.code).toBe(0);
  const wrong = await starts('check-config', { REDIS_URL: 'redis://127.0.0.1:1' });
  expect([wrong.code, wrong.said]).toEqual([
    1,
    expect.stringMatching(/✗ REDIS_URL: Redis does not let us in: .*ECONNREFUSED/),
  ]);
});

test('an admin hears from a running process what check-config would say', async () => {
  const answer = await stack.admin().get('/api/admin/configuration');
  const { process: answering, checks } = answer.as(configurationChecks);
  expect(answering).toMatch(/^[\w-]{8}$/);
  expect(checks).toContainEqual({ verdict: 'right', says: 'REDIS_URL: Redis answers.' });
  expect(checks.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
  expect(answer.text).not.toContain(new URL(stack.databaseUrl).searchParams.get('socketPath'));
});

test('a request’s id is in the log of the API, in the job and in the log of the worker', async () => {
  const { id } = await stack.event('live');
  const [ada] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  // The other process of the host may not have heard of her yet.
  const answer = await eventually(async () => {
    const given = await checkIn(client, id, ada);
    expect(given.status).not.toBe(401);
    return given;
  });
  const requestId = answer.headers['x-request-id'] ?? 'none';
  const lines = () =>
    stack
      .logs()
      .split('\n')
      .filter((line) => line.includes(`"requestId":"${requestId}"`))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  await eventually(() =>
    expect(lines()).toEqual([
      expect.objectContaining({ context: 'Request', route: '/api/events/:eventId/check-ins', status: answer.status }),
      expect.objectContaining({ context: 'AttendanceProcessor', act: 'check-in', eventId: id, rows: 1 }),
    ]),
  );
  expect(stack.logs()).not.toMatch(new RegExp(`${ada.username}|127\\.0\\.0\\.1|exco_session`));
});
