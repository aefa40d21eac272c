import { fastify, type FastifyInstance } from 'fastify';
import { isOwnOrigin, isSecure, refuseForeignPages } from './own-origin.ts';

const direct = { PUBLIC_URL: undefined, TRUST_PROXY: 0 };
const behindProxy = { PUBLIC_URL: undefined, TRUST_PROXY: 1 };
const named = { PUBLIC_URL: 'https://live.example', TRUST_PROXY: 0 };

test.each<[string, typeof direct | typeof named, Record<string, string>, string, boolean]>([
  ['our own page', direct, { host: 'x:3000' }, 'http://x:3000', true],
  ['over https, which a server without settings cannot see', direct, { host: 'x' }, 'https://x', true],
  ['another host', direct, { host: 'x' }, 'http://y', false],
  ['a host that begins like ours', direct, { host: 'x' }, 'http://x.y', false],
  ['another port', direct, { host: 'x:3000' }, 'http://x:3001', false],
  ['no port where ours has one', direct, { host: 'x:3000' }, 'http://x', false],
  ['a page of no origin', direct, { host: 'x' }, 'null', false],
  ['what is no address', direct, { host: 'x' }, '[', false],
  ['what is none, and is asked for too', direct, { host: '[' }, 'http://[', false],
  ['no Host, and no origin', direct, {}, 'null', false],
  [
    'what a client says of a proxy that is not there',
    direct,
    { host: 'x', 'x-forwarded-host': 'y' },
    'http://y',
    false,
  ],
  ['the host that the proxy was asked for', behindProxy, { host: 'x', 'x-forwarded-host': 'y' }, 'http://y', true],
  ['the client’s own word, left of the proxy’s', behindProxy, { 'x-forwarded-host': 'z, y' }, 'http://z', false],
  ['an unencrypted page behind https', behindProxy, { host: 'x', 'x-forwarded-proto': 'https' }, 'http://x', false],
  ['an encrypted one', behindProxy, { host: 'x', 'x-forwarded-proto': 'https' }, 'https://x', true],
  ['the address that the settings name', named, { host: 'x' }, 'https://live.example', true],
  ['unencrypted, where the settings name https', named, { host: 'live.example' }, 'http://live.example', false],
])('%s', (_, env, headers, origin, isOwn) => {
  expect(isOwnOrigin(env, { headers }, origin)).toBe(isOwn);
});

test('https is what the settings name, else what the nearest proxy says, else nothing', () => {
  const says = (env: typeof direct | typeof named, proto?: string) =>
    isSecure(env, { headers: proto === undefined ? {} : { 'x-forwarded-proto': proto } });
  expect([says(direct), says(direct, 'https'), says(named)]).toEqual([false, false, true]);
  expect([says(behindProxy, 'https'), says(behindProxy, 'https, http'), says(behindProxy)]).toEqual([
    true,
    false,
    false,
  ]);
});

describe('a request that changes something', () => {
  let server: FastifyInstance;
  beforeAll(() => {
    server = fastify();
    refuseForeignPages(server, direct, ({ code, status }, reply) => {
      void reply.status(status).send(code);
    });
    server.route({ method: ['GET', 'POST', 'DELETE', 'PATCH'], url: '/act', handler: () => 'done' });
  });
  afterAll(() => server.close());
  const answerTo = async (method: 'GET' | 'POST' | 'DELETE' | 'PATCH', headers: Record<string, string>) =>
    (await server.inject({ method, url: '/act', headers: { host: 'x', ...headers } })).body;

  test.each<Record<string, string>>([
    { origin: 'https://foreign.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('of a foreign page: %j', async (headers) => {
    for (const method of ['POST', 'DELETE', 'PATCH'] as const)
      expect(await answerTo(method, headers)).toBe('FOREIGN_ORIGIN');
    expect(await answerTo('GET', headers)).toBe('done');
  });

  test.each<Record<string, string>>([
    { origin: 'http://x' },
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    {},
  ])('of our own, or of a program: %j', async (headers) => {
    expect(await answerTo('POST', headers)).toBe('done');
  });
});
