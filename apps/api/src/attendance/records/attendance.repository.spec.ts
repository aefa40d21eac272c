import { writeRoster } from '@exco/persistence';
import { aClassSection, aDatabase, aLiveEvent, type OwnDatabase } from '@exco/testing';
import { LiveEvent } from '@exco/persistence';
import { isFaultyRow } from '../../infrastructure/database/failures.ts';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import type { CheckInRow, CheckOutRow } from './attendance-rows.ts';
import { AttendanceRepository } from './attendance.repository.ts';

let database: OwnDatabase;
let repository: AttendanceRepository;
let ids: number[];
beforeAll(async () => {
  database = await aDatabase();
  repository = new AttendanceRepository(database.source);
  await writeRoster(database.source, aClassSection(400));
  const rows: { id: number }[] = await database.source.query('SELECT id FROM users ORDER BY id');
  ids = rows.map(({ id }) => id);
});
afterAll(() => database.close());

const at = Date.UTC(2026, 10, 22, 9, 0, 0, 987);
const checkIn = (index: number, by = index, time = at): CheckInRow => [
  ids[index] ?? 0,
  ids[by] ?? 0,
  time,
  4000,
  192_000,
];
const checkOut = (index: number, by = index, time = at, expected = false): CheckOutRow => [
  ids[index] ?? 0,
  ids[by] ?? 0,
  time,
  expected,
];
const anEvent = async () =>
  (await new LiveEventRepository(database.source.getRepository(LiveEvent)).create(aLiveEvent())).id;
const rowsOf = async (eventId: number): Promise<{ user_id: number; checked_in_by: number; kbps: number }[]> =>
  database.source.query('SELECT * FROM attendances WHERE live_event_id = ? ORDER BY user_id', [eventId]);

describe('check-in', () => {
  test('new rows come back as they were sent, in the order of the request', async () => {
    const id = await anEvent();
    const written = await repository.checkIn(id, [checkIn(2), checkIn(0, 2), checkIn(1, 2)]);
    expect(written).toEqual([2, 2, 2].map((by) => [at, ids[by], null, null]));
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0, revision: 1 });
    expect(await repository.of(id, ids.slice(0, 4))).toEqual(
      new Map([0, 1, 2].map((index) => [ids[index], [at, ids[2], null, null]])),
    );
  });

  test('whoever is there stands untouched, and comes back as they stand; the counter counts what was new', async () => {
    const id = await anEvent();
    await repository.checkIn(id, [checkIn(0), checkIn(1)]);
    const before = await rowsOf(id);
    const written = await repository.checkIn(id, [
      checkIn(0, 3, at + 60_000),
      checkIn(3, 3, at + 60_000),
      checkIn(1, 3, at + 60_000),
    ]);
    expect(written).toEqual([
      [at, ids[0], null, null],
      [at + 60_000, ids[3], null, null],
      [at, ids[1], null, null],
    ]);
    expect((await rowsOf(id)).slice(0, 2)).toEqual(before);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0, revision: 2 });
  });

  test('a batch written twice, as after a lost answer of Redis, changes nothing the second time', async () => {
    const id = await anEvent();
    const batch = [checkIn(0), checkIn(1, 0), checkIn(2, 0)];
    const first = await repository.checkIn(id, batch);
    expect(await repository.checkIn(id, batch)).toEqual(first);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0, revision: 1 });
  });

  test('one student several times in one batch: the first request of the batch has them, and all are told so', async () => {
    const id = await anEvent();
    const written = await repository.checkIn(id, [checkIn(9, 1), checkIn(9, 2, at + 1), checkIn(9, 3, at + 2)]);
    expect(written).toEqual(Array(3).fill([at, ids[1], null, null]));
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 1 });
  });

  test('overlapping batches at once: no deadlock is left over, one row each, and the counter is their number', async () => {
    const id = await anEvent();
    const batches = Array.from({ length: 12 }, (_, batch) =>
      Array.from({ length: 200 }, (_, index) => checkIn((index * 7 + batch * 31) % 400, batch, at + batch)).sort(
        () => Math.random() - 0.5,
      ),
    );
    const written = await Promise.all(batches.map((batch) => repository.checkIn(id, batch)));
    const rows = await rowsOf(id);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: rows.length, checkedOut: 0 });
    const standing = new Map(rows.map((row) => [row.user_id, row.checked_in_by]));
    batches.forEach((batch, index) =>
      batch.forEach(([userId], row) => expect(written[index]?.[row]?.[1]).toBe(standing.get(userId))),
    );
  });

  test.each<[string, (row: CheckInRow) => CheckInRow]>([
    ['a user who is not there', ([, ...rest]) => [4_000_000_000, ...rest]],
    ['a speed out of range', ([user, by, time, , bytes]) => [user, by, time, 5_000_000_000, bytes]],
    ['a speed that is no whole number', ([user, by, time, , bytes]) => [user, by, time, 0.5, bytes]],
    [
      'a speed that is a statement',
      ([user, by, time, , bytes]) => [user, by, time, '1); DROP TABLE users; --' as unknown as number, bytes],
    ],
    ['a time that is none', ([user, by, , kbps, bytes]) => [user, by, NaN, kbps, bytes]],
  ])('%s fails the batch as the row’s own fault, and leaves nothing behind', async (_, spoil) => {
    const id = await anEvent();
    const fault = await repository.checkIn(id, [checkIn(0), spoil(checkIn(1))]).catch((error: unknown) => error);
    expect(isFaultyRow(fault)).toBe(true);
    expect(await rowsOf(id)).toEqual([]);
    expect(await repository.counter(id)).toEqual({ checkedIn: 0, checkedOut: 0, revision: 0 });
  });
});

describe('check-out', () => {
  async function anAttendedEvent() {
    const id = await anEvent();
    await repository.checkIn(id, [checkIn(0), checkIn(1, 0), checkIn(2)]);
    return id;
  }

  test('me, mine, not others; whoever is not there', async () => {
    const id = await anAttendedEvent();
    const out = at + 3_600_000;
    const written = await repository.checkOut(id, [
      checkOut(2, 0, out),
      checkOut(1, 0, out),
      checkOut(0, 0, out),
      checkOut(7, 0, out),
      checkOut(8, 0, out, true),
    ]);
    expect(written).toEqual([null, [at, ids[0], out, ids[0]], [at, ids[0], out, ids[0]], null, 'awaited']);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 2, revision: 2 });
  });

  test('the first time stands, and the counter counts it once', async () => {
    const id = await anAttendedEvent();
    await repository.checkOut(id, [checkOut(1, 1, at + 1_000)]);
    expect(await repository.checkOut(id, [checkOut(1, 0, at + 2_000)])).toEqual([[at, ids[0], at + 1_000, ids[1]]]);
    expect(await repository.checkOut(id, [checkOut(1, 1, at + 3_000)])).toEqual([[at, ids[0], at + 1_000, ids[1]]]);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 1, revision: 2 });
  });

  test('one student several times in one batch counts once, and all are told the same', async () => {
    const id = await anAttendedEvent();
    const written = await repository.checkOut(id, [
      checkOut(1, 0, at + 1),
      checkOut(1, 1, at + 2),
      checkOut(1, 0, at + 3),
    ]);
    expect(new Set(written.map((row) => JSON.stringify(row))).size).toBe(1);
    expect(await repository.counter(id)).toMatchObject({ checkedOut: 1 });
  });

  test('many at once', async () => {
    const id = await anEvent();
    await repository.checkIn(
      id,
      Array.from({ length: 300 }, (_, index) => checkIn(index)),
    );
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 100 }, (_, index) => checkOut((index * 11 + batch * 29) % 300)),
    );
    await Promise.all(batches.map((batch) => repository.checkOut(id, batch)));
    const touched = new Set(batches.flat().map(([userId]) => userId)).size;
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 300, checkedOut: touched });
  });
});

test('by class: somebody in two classes counts in both', async () => {
  await writeRoster(database.source, aClassSection(2, { username: 'two.classes.0001' }));
  const [user]: { id: number }[] = await database.source.query('SELECT id FROM users WHERE username = ?', [
    'two.classes.0001',
  ]);
  await writeRoster(database.source, aClassSection(1, { username: 'two.classes.0001' }));
  const id = await anEvent();
  await repository.checkIn(id, [[user?.id ?? 0, user?.id ?? 0, at, 1, 1]]);
  expect([...(await repository.byClass(id)).values()]).toEqual([
    { checkedIn: 1, checkedOut: 0 },
    { checkedIn: 1, checkedOut: 0 },
  ]);
});
