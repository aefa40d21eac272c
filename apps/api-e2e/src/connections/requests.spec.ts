import { checkInOf } from '../support/attendance-requests.ts';
import { head, RawConnection } from '../support/raw-connection.ts';
import { TestStack } from '../support/test-stack.ts';

/* Requests as no browser sends them, and what a student may ask for. */

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

async function answerTo(text: string): Promise<string> {
  const connection = (await RawConnection.open(stack.url(0))).say(text);
  await connection.untilClosed();
  return connection.text;
}

const inForm = (answer: string, status: number, code: string) => {
  const [top = '', body = ''] = answer.split('\r\n\r\n');
  expect(top).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(JSON.parse(body)).toMatchObject({ code, message: expect.stringMatching(/.{10}/) as string });
};

const codeOf = (answer: string) => /"code":"([A-Z_]+)"/.exec(answer)?.[1] ?? 'no code';

test.each<[string, string, number, string]>([
  ['what is no HTTP', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['a header without a name', head('GET / HTTP/1.1', 'Host: x', ': y'), 400, 'BAD_REQUEST'],
  [
    'two lengths',
    head('POST /api/session HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2'),
    400,
    'BAD_REQUEST',
  ],
  ['headers without end', head('GET / HTTP/1.1', 'Host: x', `X: ${'x'.repeat(40_000)}`), 431, 'HEADERS_TOO_LARGE'],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400, 'BAD_REQUEST'],
])('%s: in the form of the contract', async (_, text, status, code) => {
  inForm(await answerTo(text), status, code);
});

test.each([
  ['/docs/../x', []],
  ['/docs/a%00', []],
  ['/docs/%2e%2e/%2e%2e/etc/passwd', []],
  ['/docs/swagger-ui.css', ['Range: bytes=99999999-']],
  ['/docs/swagger-ui.css', ['If-Match: "x"']],
  ['/docs/swagger-ui.css', ['If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT']],
])('%s %j: no fault of the server, in the form of the contract, and nothing in its log', async (path, headers) => {
  const before = stack.logs().length;
  const answer = await answerTo(head(`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...headers));
  const [, status] = /^HTTP\/1\.1 (4\d\d|200) /.exec(answer) ?? [];
  expect(answer).toMatch(/^HTTP\/1\.1 (4\d\d|200) /);
  if (status !== '200') inForm(answer, Number(status), codeOf(answer));
  expect(stack.logs().slice(before)).not.toContain('    at ');
});

test('many requests before an answer is read: the connection ends, and nothing is kept for it', async () => {
  const [ada] = await stack.aClass(3);
  const cookie = (await stack.signIn(ada)).cookieHeader;
  const one = head('GET /api/session HTTP/1.1', 'Host: x', `Cookie: ${cookie}`);
  const few = await RawConnection.open(stack.url(0));
  few.say(one.repeat(10) + head('GET /api/session HTTP/1.1', 'Host: x', `Cookie: ${cookie}`, 'Connection: close'));
  await few.untilClosed();
  expect(few.text.match(/HTTP\/1\.1 200 /g)).toHaveLength(11);
  const many = await answerTo(one.repeat(400));
  expect(many.match(/HTTP\/1\.1 200 /g)?.length ?? 0).toBeLessThan(40);
});

describe('a foreign page', () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${stack.url(0)}/api/session`, {
      method: 'POST',
      body: JSON.stringify({ username: 'nobody' }),
      headers: { 'content-type': 'application/json', ...headers },
    });

  test.each<Record<string, string>>([
    { origin: 'https://foreign.example' },
    { origin: 'null' },
    { origin: '[' },
    { origin: 'http://127.0.0.1' },
  ])('changes nothing: %j', async (headers) => {
    expect((await post(headers)).status).toBe(403);
  });

  test('also where it does not say its name; our own and programs do', async () => {
    const raw = (site: string) =>
      answerTo(
        head(
          'DELETE /api/session HTTP/1.1',
          'Host: x',
          'Connection: close',
          ...(site ? [`Sec-Fetch-Site: ${site}`] : []),
        ),
      );
    for (const site of ['cross-site', 'same-site']) inForm(await raw(site), 403, 'FOREIGN_ORIGIN');
    for (const site of ['same-origin', 'none', '']) expect(await raw(site)).toMatch(/^HTTP\/1\.1 204 /);
    expect((await post({ origin: stack.url(0) })).status).toBe(401);
  });

  test('that came without encryption is foreign behind https', async () => {
    const api = await stack.anotherApi({ TRUST_PROXY: 'on' });
    const host = new URL(api.url).host;
    const status = async (origin: string, proto: string) =>
      (
        await fetch(`${api.url}/api/session`, {
          method: 'DELETE',
          headers: { origin, 'x-forwarded-proto': proto },
        })
      ).status;
    try {
      expect(await status(`https://${host}`, 'https')).toBe(204);
      expect(await status(`http://${host}`, 'https')).toBe(403);
      // The client’s own word stands on the left.
      expect(await status(`http://${host}`, 'http, https')).toBe(403);
      expect(await status(`http://${host}`, 'http')).toBe(204);
      const page = await fetch(`${api.url}/api/session`, { headers: { 'x-forwarded-proto': 'https' } });
      expect(page.headers.get('strict-transport-security')).toMatch(/^max-age=\d{7,}/);
    } finally {
      await api.stop();
    }
  });
});

test('answers of the API are kept by nobody and are what they say; the documentation is framed by nobody', async () => {
  for (const path of ['/api/session', '/api/events', '/api/nothing', '/api/%']) {
    const { headers } = await stack.client().get(path);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers).not.toHaveProperty('strict-transport-security');
  }
  for (const path of ['/docs', '/docs-json', '/docs/swagger-ui-init.js']) {
    const { status, headers } = await stack.client().get(path);
    expect(status).toBe(200);
    expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(headers['content-security-policy']).toContain("script-src 'self';");
  }
});

test('check-ins that name two hundred strangers each: soon a 429, and little is written down', async () => {
  const { id } = await stack.event();
  const [ada, ben] = await stack.aClass(3);
  const client = await stack.signIn(ada);
  const strangers = Array.from({ length: 200 }, (_, index) => ({ id: 3_000_000 + index, digits: '0000' }));
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => client.post(`/api/events/${id}/check-ins`, checkInOf(ada, strangers))),
  );
  const refused = answers.filter(({ status }) => status === 429);
  expect(answers.length - refused.length).toBeLessThanOrEqual(12);
  for (const { json, headers } of refused) {
    expect(json).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  }
  expect(await (await stack.signIn(ben)).get('/api/session')).toMatchObject({ status: 200 });
  await stack.admin().get(`/api/admin/events/${id}/audit`);
  const [counted] = await stack.database.query<{ entries: number }[]>(
    'SELECT COUNT(*) AS entries FROM audit_entries WHERE live_event_id = ?',
    [id],
  );
  expect(Number(counted?.entries)).toBeLessThanOrEqual(12 * 201);
});
