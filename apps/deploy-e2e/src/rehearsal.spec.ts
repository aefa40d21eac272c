import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, inheritedEnv } from '@exco/local-stack';
import { aStudent, eventually } from '@exco/testing';
import { Redis } from 'ioredis';
import { siteBehindHaproxy, type Site } from './support/site-behind-haproxy.ts';
import { proxyWithout } from './support/stripping-proxy.ts';

/* npm run rehearsal against two API processes behind HAProxy, and against sites on which something is wrong. */

const checkout = fileURLToPath(new URL('../../..', import.meta.url));
const pupil = aStudent({ className: '7B' });

let folder: string;
let site: Site;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exco-rehearsal-'));
  site = await siteBehindHaproxy(folder, [pupil]);
}, 120_000);
afterAll(() => site.stop());

async function rehearse(url: string, adminToken: string, ...more: string[]): Promise<[number | null, string]> {
  const args = ['tools/bootstrap.mjs', 'rehearsal', '--url', url, '--minutes', '0.05', ...more];
  const child = spawn('node', [...args, '--admin-token', adminToken], {
    cwd: checkout,
    env: { ...inheritedEnv(), NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: site.certificate },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said];
}

const wrongs = (said: string) => said.split('\n').filter((line) => line.startsWith('✗'));

/** Who is on the roster, and which events students may still go to. */
async function left(): Promise<[unknown, unknown]> {
  return [
    await site.database.query('SELECT username FROM users WHERE left_at IS NULL'),
    await site.database.query('SELECT id FROM live_events WHERE closes_at > NOW(3)'),
  ];
}

const nothing = [[{ username: pupil.username }], []];

test('a site on which everything is right: ✓ throughout, also while one process restarts; nothing of it stays', async () => {
  const restarted = join(folder, 'restarted');
  const running = rehearse(
    site.proxy.url,
    site.system.adminToken,
    '--restart',
    `while [ ! -e ${restarted} ]; do sleep 0.1; touch ${restarted}.wanted; done`,
  );
  await eventually(() => expect(existsSync(`${restarted}.wanted`)).toBe(true), 60);
  await site.system.apis[0]?.stop();
  await site.system.apis[0]?.start();
  writeFileSync(restarted, '');
  const [code, said] = await running;
  expect([wrongs(said), code]).toEqual([[], 0]);
  for (const looked of [
    'The certificate is believed, and valid for 29 more days.',
    '2 API process(es) answered.',
    'REDIS_URL: Redis answers.',
    'The clocks of the hosts are',
    'The session cookie is Secure.',
    'The connection test reads',
    'A check-in is in the database',
    'The live connection was held for 0.05 minute(s), and is told of check-ins.',
    'One process was restarted: all of',
    'A check-out is in the database, and counted.',
  ])
    expect(said).toContain(looked);
  expect(await left()).toEqual(nothing);
});

test('a proxy that strips Upgrade: ✗, what to do, exit code 1; nothing stays', async () => {
  const { url, server } = await proxyWithout('upgrade', site.system.url);
  try {
    const [code, said] = await rehearse(url, site.system.adminToken);
    expect([code, wrongs(said)]).toEqual([
      1,
      ['✗ Students would come without TLS.', '✗ No live connection opens: Unexpected server response: 404.'],
    ]);
    expect(said).toContain('    The proxy must pass Upgrade and Connection on');
    expect(await left()).toEqual(nothing);
  } finally {
    server.close();
  }
});

test.each([
  ['set-cookie', ['✗ No session cookie comes with the sign-in.', '✗ Who has just signed in is answered 401.']],
  ['cookie', ['✗ Who has just signed in is answered 401.']],
] as const)('a proxy that strips %s: ✗, what to do, exit code 1; nothing stays', async (what, found) => {
  const { url, server } = await proxyWithout(what, site.system.url);
  try {
    const [code, said] = await rehearse(url, site.system.adminToken);
    expect([code, wrongs(said)]).toEqual([1, ['✗ Students would come without TLS.', ...found]]);
    expect(said).toContain('    The proxy must pass Cookie on');
    expect(await left()).toEqual(nothing);
  } finally {
    server.close();
  }
});

test('a wrong token: ✗ and exit code 1, and nothing was done', async () => {
  const [code, said] = await rehearse(site.proxy.url, 'the token of another site');
  expect([code, wrongs(said)]).toEqual([1, ['✗ The admin token is not taken: 401.']]);
  expect(await left()).toEqual(nothing);
});

test('Redis that may throw batches away: ✗, by the processes themselves', async () => {
  const redis = new Redis(site.servers.redisUrl);
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');
  try {
    const [code, said] = await rehearse(site.proxy.url, site.system.adminToken);
    expect([code, wrongs(said)]).toEqual([1, [expect.stringContaining('maxmemory-policy is allkeys-lru')]]);
  } finally {
    await redis.config('SET', 'maxmemory-policy', 'noeviction');
    redis.disconnect();
  }
});

test('an address where nobody is, and one that is none', async () => {
  const [code, said] = await rehearse(`http://127.0.0.1:${await freePort()}`, site.system.adminToken);
  expect([code, wrongs(said)]).toEqual([
    1,
    ['✗ Students would come without TLS.', expect.stringMatching(/ready is not answered: .*ECONNREFUSED/)],
  ]);
  expect(await rehearse('live.example.org', site.system.adminToken)).toEqual([
    1,
    expect.stringContaining('--url must be'),
  ]);
});
