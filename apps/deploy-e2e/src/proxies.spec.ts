import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLocalStack, startSystem, type LocalStack, type System } from '@exco/local-stack';
import { auditEntry } from '@exco/contracts';
import { migrate, openDatabase, writeRoster } from '@exco/persistence';
import { aStudent, demoRoster, eventually, rosterCsv } from '@exco/testing';
import { z } from 'zod';
import { trustedCertificate } from './support/certificate.ts';
import { mainJourney } from './support/main-journey.ts';
import { startProxy, type Proxy, type ProxyName } from './support/proxy.ts';
import { planEvent, Student } from './support/student.ts';

/* The three examples of deploy/proxy, each before two API processes, as docs/operations.md describes them. */

const usernames = Array.from({ length: 30 }, () => aStudent().username);

let folder: string;
let certificate: string;
let roster: string;
let servers: LocalStack;
let system: System;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exco-deploy-'));
  certificate = trustedCertificate(folder);
  servers = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  await migrate(servers.databaseUrl);
  const database = await openDatabase(servers.databaseUrl, 1);
  const pupils = demoRoster();
  await writeRoster(database, [...pupils, ...usernames.map((username) => aStudent({ username }))]);
  await database.destroy();
  roster = join(folder, 'roster.csv');
  writeFileSync(roster, rosterCsv(pupils));
  system = await startSystem({
    ...servers,
    apiProcesses: 2,
    logDirectory: folder,
    env: { TRUST_PROXY: '1', LOG_REQUESTS: 'on', LOG_LEVEL: 'info', LOG_FORMAT: 'json' },
  });
}, 120_000);
afterAll(async () => {
  await system.stop();
  await servers.stop();
  rmSync(folder, { recursive: true });
});

const nextStudent = (url: string) => Student.signIn(url, usernames.pop() ?? '');

/** `reload`: what becomes of an open live connection when the proxy reads its configuration again. */
const behaviours: { name: ProxyName; reload: 'keeps' | 'ends' }[] = [
  { name: 'haproxy', reload: 'keeps' },
  { name: 'nginx', reload: 'keeps' },
  { name: 'caddy', reload: 'ends' },
];

describe.each(behaviours)('$name', ({ name, reload }) => {
  let proxy: Proxy;
  beforeAll(async () => {
    const [first = '', second = ''] = system.urls.map((url) => new URL(url).host);
    proxy = await startProxy(name, { folder, certificate, apis: [first, second] });
    await eventually(async () => expect((await fetch(`${proxy.url}/health/ready`)).status).toBe(200));
  });
  afterAll(() => proxy.stop());

  test('sends a browser from http to https, and speaks HTTP/2 there', async () => {
    const plain = await fetch(`${proxy.plainUrl}/events/7?a=b`, { redirect: 'manual' });
    expect([plain.status, plain.headers.get('location')]).toEqual([
      308,
      expect.stringMatching(/^https:\/\/localhost.*\/events\/7\?a=b$/),
    ]);
    const session = connect(proxy.url);
    const stream = session.request({ ':path': '/api/session' });
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect([session.alpnProtocol, headers[':status']]).toEqual(['h2', 401]);
    expect(headers['strict-transport-security']).toMatch(/^max-age=\d{8}/);
    session.destroy();
  });

  test('static files come compressed with Brotli and may be kept for ever; the page and the test images may not', async () => {
    const page = await fetch(proxy.url);
    const [script = ''] = /main-[\w-]+\.js/.exec(await page.text()) ?? [];
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const answer = request(`${proxy.url}/${script}`, { headers: { 'accept-encoding': 'br' } }).end();
    const [{ headers }] = (await once(answer, 'response')) as [{ headers: Record<string, string> }];
    answer.destroy();
    expect(headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    const image = await (await nextStudent(proxy.url)).get('/api/connection-test/64');
    expect([image.status, image.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect((await image.bytes()).length).toBeGreaterThan(60_000);
  });

  test('the figures of the processes cannot be asked for from outside', async () => {
    expect((await fetch(`${proxy.url}/metrics`)).status).toBe(404);
  });

  test('the API knows that the browser speaks https, and believes no address that the browser claims', async () => {
    const event = await planEvent(proxy.url, system.adminToken);
    const student = await nextStudent(proxy.url);
    expect(student.setCookie).toMatch(/^__Host-exco_session=.*; Secure/);
    const claims = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http', 'x-request-id': 'a-forged-name' };
    const answer = await student.checkIn(event.id, claims);
    expect(answer.status).toBe(200);
    // The proxy's own name for the request: in the answer, and in the log of API and worker.
    const requestId = answer.headers.get('x-request-id') ?? '';
    expect(requestId).toMatch(/^[\w-]{32,36}$/);
    await eventually(() =>
      ['api.log', 'worker.log'].forEach((log) => expect(readFileSync(join(folder, log), 'utf8')).toContain(requestId)),
    );
    await eventually(async () => {
      const audit = await fetch(`${proxy.url}/api/admin/events/${event.id}/audit`, {
        headers: { authorization: `Bearer ${system.adminToken}` },
      });
      const [entry] = z.array(auditEntry).parse(await audit.json());
      expect(entry?.ip).toBe('127.0.0.1');
    });
  });

  test('an upload as large as a roster may be arrives, and nothing larger does', async () => {
    const ask = (bytes: number) =>
      fetch(`${proxy.url}/api/admin/roster?dryRun=true`, {
        method: 'POST',
        headers: { authorization: `Bearer ${system.adminToken}`, 'content-type': 'text/csv' },
        body: `username,displayName,className\n${'a student who is not there,'.padEnd(bytes, 'x')}\n`,
      });
    // Read to its end, and refused for what stands in it.
    expect((await ask(5_000_000)).status).toBe(422);
    expect((await ask(70_000_000)).status).toBe(413);
  });

  test('a live connection hears the counts, and a reload of the proxy does to it what the document says', async () => {
    const event = await planEvent(proxy.url, system.adminToken);
    const watching = await (await nextStudent(proxy.url)).watch(event.id);
    await eventually(() => expect(watching.checkedIn).toBe(0));
    expect((await (await nextStudent(proxy.url)).checkIn(event.id)).status).toBe(200);
    await eventually(() => expect(watching.checkedIn).toBe(1));
    proxy.reload();
    await sleep(2_000);
    expect(watching.isOpen).toBe(reload === 'keeps');
    const later = await nextStudent(proxy.url);
    expect((await later.checkIn(event.id)).status).toBe(200);
    const again = reload === 'keeps' ? watching : await later.watch(event.id);
    await eventually(() => expect(again.checkedIn).toBe(2));
    for (const one of [watching, again]) one.close();
  });

  test('when one API process is killed, the other answers: no request is lost', async () => {
    const student = await nextStudent(proxy.url);
    const asking = new AbortController();
    const statuses: number[] = [];
    const all = Array.from({ length: 4 }, async () => {
      while (!asking.signal.aborted) {
        statuses.push((await student.get('/api/session')).status);
        await sleep(5);
      }
    });
    await eventually(() => expect(statuses.length).toBeGreaterThan(50));
    await system.apis[1]?.kill();
    const before = statuses.length;
    await eventually(() => expect(statuses.length).toBeGreaterThan(before + 200));
    asking.abort();
    await Promise.all(all);
    await system.apis[1]?.start();
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
  });

  test('the browser’s main journey, from sign-in to check-out', async () => {
    const [code, said] = await mainJourney({ url: proxy.url, adminToken: system.adminToken, roster, certificate });
    if (code !== 0) throw new Error(said);
    expect(said).toContain('1 passed');
  });
});
