import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationChecks } from '@exco/contracts';
import { startSystem } from '@exco/local-stack';
import { eventually } from '@exco/testing';
import { Redis } from 'ioredis';
import { ApiClient } from './support/api-client.ts';
import { checkIn } from './support/attendance-requests.ts';
import { IsolatedStack } from './support/own-stacks.ts';
import { settings } from './support/settings.ts';
import type { Person } from './support/test-stack.ts';
import { TraceCollector, type CollectedSpan } from './support/trace-collector.ts';

/* What an operator sees: figures and health on a port of their own, traces, and a start that says why it refuses. */

const modulesToLog = `--import=${new URL('support/tell-of-modules.mjs', import.meta.url).href}`;

let stack: IsolatedStack;
let collector: TraceCollector;
beforeAll(async () => {
  collector = await TraceCollector.start();
  const env = {
    API_PROCESSES: '2',
    LOG_REQUESTS: 'on',
    LOG_LEVEL: 'info',
    LOG_FORMAT: 'json',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    NODE_OPTIONS: modulesToLog,
  };
  stack = await IsolatedStack.start({ observed: true, env });
}, 120_000);
afterAll(async () => {
  await stack.close();
  collector.close();
});

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

test('every figure of API and worker is explained in docs/operations.md, and every figure there is told', async () => {
  const document = readFileSync(new URL('../../../docs/operations.md', import.meta.url), 'utf8');
  const explained = new Set([...document.matchAll(/`(exco_\w+)`/g)].map(([, name = '']) => name));
  const told = new Set<string>();
  for (const url of [apiUrl(), workerUrl()]) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, name = ''] of text.matchAll(/^# HELP (\S+)/gm)) told.add(name);
  }
  const ours = [...told].filter((name) => !/^(process|nodejs)_/.test(name));
  expect(ours.filter((name) => !explained.has(name))).toEqual([]);
  expect([...explained].filter((name) => !told.has(name))).toEqual([]);
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

  describe('a database', () => {
    const as = (user: string) => {
      const url = new URL(stack.databaseUrl);
      return Object.assign(url, { username: user, password: 'a password' }).href;
    };
    beforeAll(async () => {
      const root = await stack.asApi();
      await root.query("CREATE USER reads_only IDENTIFIED BY 'a password'");
      await root.query(`GRANT SELECT ON ${await stack.schema()}.* TO reads_only`);
      await root.destroy();
    });
    afterAll(async () => {
      const root = await stack.asApi();
      await root.query('DROP USER reads_only');
      await root.destroy();
    });

    test.each(['main', 'check-config'])('%s: in which its user may not write', async (program) => {
      const { code, said } = await starts(program, { DATABASE_URL: as('reads_only') });
      const sentence = /^(.*✗ )?The user of DATABASE_URL may not write: INSERT .*denied.*GRANT SELECT, INSERT, .*$/m;
      expect([code, said]).toEqual([1, expect.stringMatching(sentence)]);
      if (program === 'main') expect(said.trim().split('\n')).toHaveLength(1);
    });

    test('worker: that does not know its user', async () => {
      const { code, said } = await starts('worker', { DATABASE_URL: as('nobody') });
      expect([code, said.trim().split('\n')]).toEqual([
        1,
        [expect.stringMatching(/^DATABASE_URL: the database does not let us in: Access denied .* Correct user, /)],
      ]);
      expect(said).not.toContain('a password');
    });

    test('that is not there: tried for some seconds, and then a line of its own says so', async () => {
      const { code, said } = await starts('worker', { DATABASE_URL: 'mysql://root@127.0.0.1:1/exco' });
      expect(code).toBe(1);
      expect(said).toMatch(/^DATABASE_URL: the database does not answer: .*ECONNREFUSED.* See whether it runs/m);
    });
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

describe('traces', () => {
  const route = 'POST /api/events/:eventId/check-ins';
  const asLine = ({ service, name }: CollectedSpan) => `${service}: ${name}`;
  /** Of each statement that a worker wrote this event with: its span and all above it. */
  const waysOf = (eventId: number) =>
    collector.spans
      .filter(({ name, service }) => service === 'exco-worker' && name === 'SQL INSERT')
      .map((span) => collector.upwards(span))
      .filter(([, step]) => step?.attributes['exco.event_id'] === eventId);

  /** The other process of the host may not have heard of them yet. */
  async function checkedIn(client: ApiClient, eventId: number, me: Person, classmates: Person[] = []): Promise<void> {
    await eventually(async () => expect((await checkIn(client, eventId, me, classmates)).status).toBe(200));
  }

  test('a check-in of three is one, from the API through the queue and the worker to the SQL', async () => {
    const { id } = await stack.event('live');
    const [ada, ben, cleo] = await stack.aClass(3);
    // A browser may claim to belong to a trace. It is not believed.
    const traceparent = `00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`;
    const client = new ApiClient(stack.url(0), undefined, { traceparent });
    expect((await client.post('/api/session', { username: ada.username })).status).toBe(200);
    await checkedIn(client, id, ada, [ben, cleo]);
    const [way] = await eventually(() => {
      const ways = waysOf(id);
      expect(ways[0]?.map(asLine)).toEqual([
        'exco-worker: SQL INSERT',
        'exco-worker: worker check-in',
        'exco-api: queue check-in',
        `exco-api: ${route}`,
      ]);
      return ways;
    });
    const [, worker, queue, request] = way ?? [];
    for (const step of [worker, queue]) expect(step?.attributes).toMatchObject({ 'exco.rows': 3 });
    expect(request?.attributes).toMatchObject({ 'http.response.status_code': 200 });
    expect(request).not.toHaveProperty('parentSpanId', expect.stringMatching(/./));
    expect(request?.traceId).not.toBe('1'.repeat(32));
  });

  test('of check-ins that share a batch one has it in its trace, and the others are linked with it', async () => {
    const { id } = await stack.event('live');
    const people = await stack.aClass(6);
    const clients = await Promise.all(people.map((person) => stack.signIn(person)));
    // The first batch leaves at once; what comes while it is under way shares the next one.
    await Promise.all(people.map((person, index) => checkedIn(clients[index] as ApiClient, id, person)));
    await eventually(() => {
      const batches = waysOf(id).map(([, , queue]) => queue);
      const requests = collector.spans.filter(
        ({ name, attributes, links, traceId }) =>
          name === route &&
          attributes['http.response.status_code'] === 200 &&
          batches.some((batch) => batch?.traceId === traceId || links.some(({ spanId }) => spanId === batch?.spanId)),
      );
      expect(requests.length).toBeGreaterThanOrEqual(6);
      expect(batches.length).toBeLessThan(requests.length);
    });
  });

  test('nothing in them says who it was, what was typed or what a statement said', () => {
    const told = collector.spans.flatMap(({ attributes }) => Object.entries(attributes));
    expect([...new Set(told.map(([name]) => name))].sort()).toEqual([
      'db.operation.name',
      'db.system.name',
      'exco.event_id',
      'exco.rows',
      'http.request.method',
      'http.response.status_code',
      'http.route',
      'messaging.destination.name',
      'messaging.system',
    ]);
    const fixed = /^(mysql|bull|attendance|INSERT|UPDATE|DELETE|SELECT|REPLACE|OTHER|GET|POST|\/api\/[\w:/-]+)$/;
    for (const [, value] of told) if (typeof value === 'string') expect(value).toMatch(fixed);
    expect(collector.spans.flatMap(({ events }) => events)).toEqual([]);
  });

  test('a collector that is gone costs one warning a process, and no check-in', async () => {
    collector.close();
    const { id } = await stack.event('live');
    const people = await stack.aClass(4);
    for (const person of people) await checkedIn(await stack.signIn(person), id, person);
    const warnings = () =>
      stack
        .logs()
        .split('\n')
        .filter((line) => line.includes('"context":"Tracing"'))
        .map((line) => (JSON.parse(line) as { pid: number }).pid);
    await eventually(() => expect(warnings().length).toBeGreaterThan(1), 40);
    expect(warnings()).toEqual([...new Set(warnings())]);
  });

  test('without a collector nothing of OpenTelemetry is loaded but the interface that prom-client brings', async () => {
    const { databaseUrl, redisUrl } = stack;
    const logDirectory = mkdtempSync(join(tmpdir(), 'exco-e2e-'));
    const env = { ...settings, NODE_OPTIONS: modulesToLog };
    const system = await startSystem({ databaseUrl, redisUrl, logDirectory, env });
    const loaded = (log: string) => {
      const lines = readFileSync(log, 'utf8').matchAll(/^loaded @opentelemetry\/(\S+)$/gm);
      return new Set([...lines].map(([, name]) => name));
    };
    try {
      const { id } = await stack.event('live');
      const [ada] = await stack.aClass(3);
      const client = new ApiClient(system.url);
      await client.post('/api/session', { username: ada.username });
      await checkedIn(client, id, ada);
      for (const name of ['api.log', 'worker.log']) expect(loaded(join(logDirectory, name))).toEqual(new Set(['api']));
    } finally {
      await system.stop();
      rmSync(logDirectory, { recursive: true });
    }
    for (const log of stack.logFiles()) expect(loaded(log)).toContain('sdk-trace');
  });
});
