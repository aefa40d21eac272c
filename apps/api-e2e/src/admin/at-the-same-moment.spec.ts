import { setTimeout as sleep } from 'node:timers/promises';
import { checkInCommitted, correctionResult, type CorrectionResult } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { AdminClient } from '../support/admin-client.ts';
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

async function correct(
  eventId: number,
  { id }: Person,
  kind: 'check-in' | 'revoke',
): Promise<CorrectionResult | number> {
  const body = { userId: id, kind, reason: 'at the same moment' };
  const answer = await admin.post(`/api/admin/events/${eventId}/corrections`, body);
  const json: unknown = await answer.json();
  return answer.status === 201 ? correctionResult.parse(json) : answer.status;
}

test('the first row stands, a revocation wins, who leaves meanwhile was there; every answer is true', async () => {
  const { id } = await stack.event('live');
  const people = await stack.aClass(40);
  const clients = await Promise.all(people.map((person, index) => stack.signIn(person, index % 2)));
  // As long as an import takes there is always somebody for whom all three meet.
  const act = async (person: Person, index: number) => {
    await sleep(index * 15);
    const kind = index % 2 ? 'check-in' : 'revoke';
    const [checkedIn, corrected] = await Promise.all([
      checkIn(clients[index] ?? stack.client(), id, person),
      correct(id, person, kind),
    ]);
    return { person, kind, checkedIn, corrected };
  };
  const leaving = people.map(({ username, displayName }) => ({ username, displayName, className: null }));
  const [report, ...acts] = await Promise.all([admin.import(leaving, '?mode=remove'), ...people.map(act)]);
  expect(report.left.users).toBe(people.length);

  const rows = await rowsOf(id);
  for (const { person, kind, checkedIn, corrected } of acts) {
    const row = rows.get(person.id);
    const at = row?.checkedInAt.toISOString();
    // 403: revoked before the check-in was decided or written. 401: off the roster already.
    expect([200, 401, 403]).toContain(checkedIn.status);
    if (checkedIn.status === 200)
      expect(checkedIn.as(checkInCommitted).results).toMatchObject([
        { userId: person.id, outcome: 'checked-in', checkedInAt: at },
      ]);
    if (checkedIn.status === 403) expect(row?.revokedAt).not.toBeNull();
    if (typeof corrected === 'number') {
      expect(corrected).toBe(kind === 'revoke' ? 409 : 404);
      expect(row?.revokedAt ?? null).toBeNull();
    } else if (kind === 'revoke') expect(row?.revokedAt).toBeInstanceOf(Date);
    else expect([corrected.attendance?.checkedInAt, row?.revokedAt]).toEqual([at, null]);
    if (!row) expect([checkedIn.status, typeof corrected]).toEqual([401, 'number']);
  }
  const standing = [...rows.values()].filter(({ revokedAt }) => revokedAt === null);
  expect(await stack.counter(id)).toEqual({ checkedIn: standing.length, checkedOut: 0 });
  // Both were met, or nothing was tried.
  expect(new Set(acts.map(({ checkedIn }) => checkedIn.status))).toContain(200);
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
});
