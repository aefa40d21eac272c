import { ownProcess } from '../support/own-process.ts';
import { head, RawConnection } from '../support/raw-connection.ts';

/*
 * Upgrades as no browser sends them: each is answered in the contract's form and its connection ended, and no client
 * that is gone before the answer can end the process.
 */

const own = ownProcess();
afterEach(async () => {
  expect(own.api.apis.every(({ running }) => running)).toBe(true);
  expect((await fetch(`${own.api.url}/health/live`)).status).toBe(200);
});

const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
const version = 'Sec-WebSocket-Version: 13';
const usual = ['Connection: Upgrade', 'Upgrade: websocket', key, version];
const live = 'GET /api/live?eventId=1 HTTP/1.1';
const odd = (text: string) => JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);

const hosts = ['[', ']', '[::1', '//', '', 'a b', '@', '%', ':', 'x:99999', '\u00ff', '<', 'x'.repeat(4_000)];
const targets = [
  '//[',
  '//',
  'http://[',
  'http://x/api/live',
  '*',
  '?',
  '/api/live/',
  '/api/live?eventId=%',
  '/api/live?eventId=%ff%fe&view=1',
  '/api/live?eventId=1&eventId=2',
  `/api/live?eventId=${'9'.repeat(4_000)}`,
  '/api/../api/live',
  '/api/events',
  '/docs',
];
const handshakes: string[][] = [
  ['Connection: Upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
  ['Connection: Upgrade', 'Upgrade:'],
  ['Connection: Upgrade', 'Upgrade: websocket, h2c', key, version],
  ['Connection: Upgrade', 'Upgrade: websocket', version],
  ['Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: short', version],
  ['Connection: Upgrade', 'Upgrade: websocket', key, key, version],
  ['Connection: Upgrade', 'Upgrade: websocket', key],
  ['Connection: Upgrade', 'Upgrade: websocket', key, 'Sec-WebSocket-Version: 99'],
  ['Connection: Upgrade', 'Upgrade: websocket', key, 'Sec-WebSocket-Version: \u0080'],
  [...usual, 'Sec-WebSocket-Protocol: ,,'],
  [...usual, 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=99; =;'],
  [...usual, 'Origin: ['],
  [...usual, 'Origin: \u00ff'],
  [...usual, 'Cookie: exco_session=%'],
  [...usual, `Cookie: exco_session=${'9'.repeat(4_000)}`],
  [...usual, 'Content-Length: 5'],
  [...usual, 'Transfer-Encoding: chunked'],
];
const starts = [
  ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'PATCH'].map((method) => live.replace('GET', method)),
  live.replace('1.1', '1.0'),
  live.replace('HTTP/1.1', ''),
];

const kinds: [name: string, text: string][] = [
  ...hosts.map((host): [string, string] => [`Host: ${odd(host)}`, head(live, `Host: ${host}`, ...usual)]),
  ['no Host', head(live, ...usual)],
  ['two Hosts', head(live, 'Host: a', 'Host: b', ...usual)],
  ...targets.map((target): [string, string] => [odd(target), head(`GET ${target} HTTP/1.1`, 'Host: x', ...usual)]),
  ...handshakes.map((lines): [string, string] => [odd(lines.slice(1).join(' ')), head(live, 'Host: x', ...lines)]),
  ...starts.map((start): [string, string] => [odd(start), head(start, 'Host: x', ...usual)]),
];

test.each(kinds)('%s', async (_, text) => {
  // Whoever stays is answered, and holds no connection.
  const staying = (await RawConnection.open(own.api.url)).say(text);
  await staying.untilClosed();
  if (staying.text !== '') {
    const [answerHead = '', body = ''] = staying.text.split('\r\n\r\n');
    expect(answerHead).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answerHead.match(/^content-type:/gim)).toHaveLength(1);
    expect(JSON.parse(body)).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) as string });
  }
});

test('whoever is gone before the answer, of every kind, ends nothing', async () => {
  for (const [, text] of kinds)
    await Promise.all(
      Array.from({ length: 6 }, async () => (await RawConnection.open(own.api.url)).say(text).socket.resetAndDestroy()),
    );
}, 120_000);

test('and with an upgrade that would have been taken', async () => {
  const { id } = await own.stack.event();
  const [ada] = await own.stack.aClass(3);
  const cookie = (await own.stack.signIn(ada)).cookieHeader;
  const text = head(`GET /api/live?eventId=${id}&view=1 HTTP/1.1`, 'Host: x', `Cookie: ${cookie}`, ...usual);
  const leaving = Array.from({ length: 100 }, async (_, index) => {
    const connection = (await RawConnection.open(own.api.url)).say(text);
    if (index % 2) await new Promise(setImmediate);
    connection.socket.resetAndDestroy();
  });
  await Promise.all(leaving);
});
