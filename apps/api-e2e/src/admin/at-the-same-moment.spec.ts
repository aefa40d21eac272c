import { setTimeout as sleep } from 'node:timers/promises';
import { checkInCommitted, correctionResult } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { AdminClient } from '../support/admin-client.ts';
import type { Answer } from '../support/api-client.ts';
import { checkIn } from '../support/attendance-requests.ts';
import { TestStack, type Person } from '../support/test-stack.ts';

/* A check-in, a correction and an import about the same student: what stands is written in docs/decisions. */

let stack: TestStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await TestStack.shared();
  admin = new AdminClient(stack.url(0));
});
afterAll(() => stack.close());

interface Row {
  userId: number;
  checkedInAt: Date;
  revokedAt: Date | null;
}
const rowsOf = async (eventId: number): Promise<Map<number, Row>> => {
  const rows = await stack.database.query<Row[]>(
    `SELECT user_id AS userId, checked_in_at AS checkedInAt, revoked_at AS revokedAt
     FROM attendances WHERE live_event_id = ?`,
    [eventId],
  );
  return new Map(rows.map((row) => [row.userId, row]));
};

/** As a page does: what is late or refused for the time being is sent again. */
async function settled(send: () => Promise<Answer>): Promise<Answer> {
  return eventually(async () => {
    const answer = await send();
    expect([202, 503]).not.toContain(answer.status);
    return answer;
  });
}

test('the first row stands, a revocation wins, who leaves meanwhile was there; every answer is true', async () => {
  const { id } = await stack.event('live');
  const people = await stack.aClass(24);
  const clients = await Promise.all(people.map((person, index) => stack.signIn(person, index % 2)));
  const checkIns = (person: Person, index: number) =>
    settled(() => checkIn(clients[index] ?? stack.client(), id, person));
  const act = async (person: Person, index: number) => {
    await sleep(index * 25);
    // Some are there already: whoever comes first is not to be left to chance alone.
    if (index % 4 === 0) await checkIns(person, index);
    const kind = index % 2 ? 'check-in' : 'revoke';
    const correction = { userId: person.id, kind, reason: 'at the same moment' };
    const [checkedIn, corrected] = await Promise.all([
      checkIns(person, index),
      settled(() => stack.admin().post(`/api/admin/events/${id}/corrections`, correction)),
    ]);
    return { person, kind, checkedIn, corrected, again: await checkIns(person, index) };
  };
  const leaving = people.map(({ username, displayName }) => ({ username, displayName, className: null }));
  // In the middle: the first have come again by then, the last come when it is over.
  const importing = sleep((people.length * 25) / 2).then(() => admin.import(leaving, '?mode=remove'));
  const [report, ...acts] = await Promise.all([importing, ...people.map(act)]);
  expect(report.left.users).toBe(people.length);

  const rows = await rowsOf(id);
  for (const { person, kind, checkedIn, corrected, again } of acts) {
    const row = rows.get(person.id);
    const at = row?.checkedInAt.toISOString();
    // 403: revoked before the check-in was decided or written. 401: off the roster already.
    for (const answer of [checkedIn, again]) {
      expect([200, 401, 403]).toContain(answer.status);
      if (answer.status === 200)
        expect(answer.as(checkInCommitted).results).toMatchObject([
          { userId: person.id, outcome: 'checked-in', checkedInAt: at },
        ]);
      if (answer.status === 403) expect(row?.revokedAt).not.toBeNull();
    }
    if (corrected.status !== 201) {
      expect(corrected.status).toBe(kind === 'revoke' ? 409 : 404);
      expect(row?.revokedAt ?? null).toBeNull();
    } else if (kind === 'revoke') {
      expect(row?.revokedAt).toBeInstanceOf(Date);
      expect([401, 403]).toContain(again.status);
    } else expect([corrected.as(correctionResult).attendance?.checkedInAt, row?.revokedAt]).toEqual([at, null]);
    if (!row) expect([checkedIn.status, again.status, corrected.status < 400]).toEqual([401, 401, false]);
  }
  const standing = [...rows.values()].filter(({ revokedAt }) => revokedAt === null);
  expect(await stack.counter(id)).toEqual({ checkedIn: standing.length, checkedOut: 0 });
  // Or nothing was tried.
  expect(acts.map(({ checkedIn }) => checkedIn.status)).toContain(200);
  expect(acts.filter(({ kind, corrected }) => kind === 'revoke' && corrected.status === 201)).not.toEqual([]);
  expect(standing.length).toBeGreaterThan(0);

  for (const [index, client] of clients.entries())
    await eventually(async () =>
      expect(await client.at(stack.url(1 - (index % 2))).get('/api/session')).toMatchObject({ status: 401 }),
    );
  const csv = await (await admin.send(`/api/admin/events/${id}/attendance.csv`)).text();
  for (const { person } of acts) {
    const stands = rows.get(person.id)?.revokedAt === null;
    expect([person.username, csv.includes(person.username)]).toEqual([person.username, stands]);
  }
}, 120_000);
