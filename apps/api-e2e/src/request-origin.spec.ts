import { once } from 'node:events';
import { connect } from 'node:net';
import { z } from 'zod';
import { auditEntry, type AuditEntry } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn, checkInOf } from './support/attendance-requests.ts';
import { TestStack, type Person } from './support/test-stack.ts';

/* Where a request came from, also when its sender is gone before the answer, or a proxy stands between. */

let stack: TestStack;
beforeAll(async () => (stack = await TestStack.shared()));
afterAll(() => stack.close());

async function auditOf(eventId: number): Promise<AuditEntry[]> {
  const answer = await stack.admin().get(`/api/admin/events/${eventId}/audit`);
  return answer.as(z.array(auditEntry));
}

/** Sends a check-in and is gone before it can be answered. */
async function sendAndLeave(url: string, cookie: string, eventId: number, me: Person, header = ''): Promise<void> {
  const body = JSON.stringify(checkInOf(me));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  const head = [
    `POST /api/events/${eventId}/check-ins HTTP/1.1`,
    'Host: localhost',
    `Cookie: ${cookie}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...(header ? [header] : []),
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.resetAndDestroy());
  await once(socket, 'close');
}

test('twenty clients that leave before the answer: whoever has a row has an entry, and the audit goes on', async () => {
  const { id } = await stack.event('live');
  const people = await stack.aClass(21);
  const [last, ...leaving] = people;
  const cookies = await Promise.all(leaving.map(async (person) => (await stack.signIn(person)).cookieHeader));
  await Promise.all(leaving.map((person, index) => sendAndLeave(stack.url(0), cookies[index] ?? '', id, person)));
  expect(await checkIn(await stack.signIn(last), id, last)).toMatchObject({ status: 200 });
  await eventually(async () => {
    const rows = await stack.attendances(id);
    expect(await stack.counter(id)).toEqual({ checkedIn: rows.length, checkedOut: 0 });
    const audited = (await auditOf(id)).map(({ user }) => user.id).sort();
    expect(audited).toEqual(rows.map(({ userId }) => userId).sort());
    expect(audited).toContain(last.id);
  });
});

test('behind a proxy: the address that the proxy saw, not one that the client claims', async () => {
  const { id } = await stack.event('live');
  const [ada, ben, cleo] = await stack.aClass(3);
  const api = await stack.anotherApi({ TRUST_PROXY: 'on' });
  try {
    const cookies: string[] = [];
    for (const person of [ada, ben, cleo]) cookies.push((await stack.signIn(person)).cookieHeader);
    // What the client writes itself stands on the left.
    const forwarded = ['198.51.100.9, 203.0.113.7', '203.0.113.8', 'schöner Weg\x80'];
    const send = async (person: Person, index: number) =>
      fetch(`${api.url}/api/events/${id}/check-ins`, {
        method: 'POST',
        headers: {
          cookie: cookies[index] ?? '',
          'content-type': 'application/json',
          'x-forwarded-for': forwarded[index] ?? '',
        },
        body: JSON.stringify(checkInOf(person)),
      });
    for (const [index, person] of [ada, ben, cleo].entries()) expect((await send(person, index)).status).toBe(200);
    await eventually(async () => {
      const byUser = new Map((await auditOf(id)).map((entry) => [entry.user.id, entry.ip]));
      expect(byUser.get(ada.id)).toBe('203.0.113.7');
      expect(byUser.get(ben.id)).toBe('203.0.113.8');
      expect(byUser.has(cleo.id)).toBe(true);
    });
  } finally {
    await api.stop();
  }
});

test('without a proxy nobody is believed about an address', async () => {
  const { id } = await stack.event('live');
  const [ada] = await stack.aClass(3);
  const cookie = (await stack.signIn(ada)).cookieHeader;
  const headers = { cookie, 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.7' };
  const body = JSON.stringify(checkInOf(ada));
  expect((await fetch(`${stack.url(0)}/api/events/${id}/check-ins`, { method: 'POST', headers, body })).status).toBe(
    200,
  );
  await eventually(async () => expect(await auditOf(id)).toMatchObject([{ ip: '127.0.0.1' }]));
});
