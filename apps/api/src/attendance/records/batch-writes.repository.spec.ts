import { writeRoster } from '@exco/persistence';
import { aClassSection, aDatabase, aLiveEvent, TcpProxy, type OwnDatabase } from '@exco/testing';
import { LiveEvent } from '@exco/persistence';
import { failureOf } from '../../infrastructure/database/failures.ts';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import { PacketPool } from '../../infrastructure/database/packet-pool.ts';
import type { AttendanceRow, CheckIn, CheckOut, WriteResult } from './attendance.ts';
import { AttendanceRepository } from './attendance.repository.ts';
import { EventRosterRepository } from './event-roster.repository.ts';
import { BatchWrites } from './batch-writes.repository.ts';
import { CorrectionWrites } from './correction-writes.repository.ts';

let database: OwnDatabase;
let packets: PacketPool;
let repository: AttendanceRepository;
let writes: BatchWrites;
let ids: number[];
beforeAll(async () => {
  database = await aDatabase();
  repository = new AttendanceRepository(database.source);
  packets = new PacketPool(database.url);
  writes = new BatchWrites(packets);
  await writeRoster(database.source, aClassSection(400));
  const rows: { id: number }[] = await database.source.query('SELECT id FROM users ORDER BY id');
  ids = rows.map(({ id }) => id);
});
afterAll(async () => {
  await packets.onApplicationShutdown();
  await database.close();
});

const at = Date.UTC(2026, 10, 22, 9, 0, 0, 987);
const idOf = (index: number) => ids[index] ?? 0;
const checkIn = (index: number, by = index, time = at): CheckIn => ({
  userId: idOf(index),
  byId: idOf(by),
  at: time,
  kbps: 4000,
  bytes: 192_000,
});
const checkOut = (index: number, by = index, time = at, expected = false): CheckOut => ({
  userId: idOf(index),
  byId: idOf(by),
  at: time,
  expected,
});
const stored = (index: number, by: number, time = at, out: number | null = null, outBy?: number): WriteResult => ({
  kind: 'stored',
  row: {
    userId: idOf(index),
    checkedInAt: time,
    checkedInBy: idOf(by),
    checkedOutAt: out,
    checkedOutBy: outBy === undefined ? null : idOf(outBy),
  },
});
const rowIn = (result: WriteResult | undefined): AttendanceRow | undefined =>
  result?.kind === 'stored' ? result.row : undefined;
const anEvent = async () =>
  (await new LiveEventRepository(database.source.getRepository(LiveEvent)).create(aLiveEvent())).id;
interface StoredAttendance {
  user_id: number;
  checked_in_by: number;
  checked_out_at: Date | null;
  kbps: number;
}
const rowsOf = async (eventId: number): Promise<StoredAttendance[]> =>
  database.source.query('SELECT * FROM attendances WHERE live_event_id = ? ORDER BY user_id', [eventId]);

describe('a COMMIT that succeeded, and whose rows are not there, is a conflict, which is tried again', () => {
  /** As a cluster that takes writes on all servers can answer. */
  const dropping = new BatchWrites({ send: () => Promise.resolve([{ affectedRows: 1 }, []]) } as unknown as PacketPool);

  test('check-in', async () => {
    expect(failureOf(await dropping.checkIn(1, [checkIn(1)]).catch((error: unknown) => error))).toBe('contention');
  });

  test('check-out: the row is there, and as it was', async () => {
    const row = {
      userId: idOf(1),
      checkedInAt: new Date(at),
      checkedInBy: idOf(1),
      checkedOutAt: null,
      revokedAt: null,
    };
    const undone = new BatchWrites({
      send: () => Promise.resolve([{ affectedRows: 1 }, [row]]),
    } as unknown as PacketPool);
    expect(failureOf(await undone.checkOut(1, [checkOut(1)]).catch((error: unknown) => error))).toBe('contention');
    // Whoever has no row has none to be checked out.
    expect(await dropping.checkOut(1, [checkOut(1)])).toEqual([{ kind: 'refused', reason: 'not-theirs' }]);
  });
});

describe('check-in', () => {
  test('new rows come back as they were sent, in the order of the request', async () => {
    const id = await anEvent();
    const written = await writes.checkIn(id, [checkIn(2), checkIn(0, 2), checkIn(1, 2)]);
    expect(written).toEqual([stored(2, 2), stored(0, 2), stored(1, 2)]);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0, revision: 1 });
    expect(await repository.recorded(id, ids.slice(0, 4))).toEqual(
      new Map([0, 1, 2].map((index) => [idOf(index), { kind: 'found', row: rowIn(stored(index, 2)) }])),
    );
  });

  test('whoever is there stands untouched, and comes back as they stand; the counter counts what was new', async () => {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0), checkIn(1)]);
    const before = await rowsOf(id);
    const written = await writes.checkIn(id, [
      checkIn(0, 3, at + 60_000),
      checkIn(3, 3, at + 60_000),
      checkIn(1, 3, at + 60_000),
    ]);
    expect(written).toEqual([stored(0, 0), stored(3, 3, at + 60_000), stored(1, 1)]);
    expect((await rowsOf(id)).slice(0, 2)).toEqual(before);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0, revision: 2 });
  });

  test('a batch written twice, as after a lost answer of Redis, changes nothing the second time', async () => {
    const id = await anEvent();
    const batch = [checkIn(0), checkIn(1, 0), checkIn(2, 0)];
    const first = await writes.checkIn(id, batch);
    expect(await writes.checkIn(id, batch)).toEqual(first);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 0, revision: 1 });
  });

  test('one student several times in one batch: the first request of the batch has them, and all are told so', async () => {
    const id = await anEvent();
    const written = await writes.checkIn(id, [checkIn(9, 1), checkIn(9, 2, at + 1), checkIn(9, 3, at + 2)]);
    expect(written).toEqual(Array(3).fill(stored(9, 1)));
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 1 });
  });

  test('overlapping batches at once: no deadlock is left over, one row each, and the counter is their number', async () => {
    const id = await anEvent();
    const batches = Array.from({ length: 12 }, (_, batch) =>
      Array.from({ length: 200 }, (_, index) => checkIn((index * 7 + batch * 31) % 400, batch, at + batch)).sort(
        () => Math.random() - 0.5,
      ),
    );
    const written = await Promise.all(batches.map((batch) => writes.checkIn(id, batch)));
    const rows = await rowsOf(id);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: rows.length, checkedOut: 0 });
    const standing = new Map(rows.map((row) => [row.user_id, row.checked_in_by]));
    batches.forEach((batch, index) =>
      batch.forEach(({ userId }, row) => expect(rowIn(written[index]?.[row])?.checkedInBy).toBe(standing.get(userId))),
    );
  });

  test.each<[string, Partial<CheckIn>]>([
    ['a user who is not there', { userId: 4_000_000_000 }],
    ['a speed out of range', { kbps: 5_000_000_000 }],
    ['a speed that is no whole number', { kbps: 0.5 }],
    ['a speed that is a statement', { kbps: '1); DROP TABLE users; --' as unknown as number }],
    ['a time that is none', { at: NaN }],
  ])('%s fails the batch as the row’s own fault, and leaves nothing behind', async (_, spoilt) => {
    const id = await anEvent();
    const fault = await writes.checkIn(id, [checkIn(0), { ...checkIn(1), ...spoilt }]).catch((error: unknown) => error);
    expect(failureOf(fault)).toBe('faulty-row');
    expect(await rowsOf(id)).toEqual([]);
    expect(await repository.counter(id)).toEqual({ checkedIn: 0, checkedOut: 0, revision: 0 });
  });
});

describe('check-out', () => {
  async function anAttendedEvent() {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0), checkIn(1, 0), checkIn(2)]);
    return id;
  }

  test('me, mine, not others; whoever is not there', async () => {
    const id = await anAttendedEvent();
    const out = at + 3_600_000;
    const written = await writes.checkOut(id, [
      checkOut(2, 0, out),
      checkOut(1, 0, out),
      checkOut(0, 0, out),
      checkOut(7, 0, out),
      checkOut(8, 0, out, true),
    ]);
    expect(written).toEqual([
      { kind: 'refused', reason: 'not-theirs' },
      stored(1, 0, at, out, 0),
      stored(0, 0, at, out, 0),
      { kind: 'refused', reason: 'not-theirs' },
      { kind: 'pending' },
    ]);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 2, revision: 2 });
  });

  test('the first time stands, and the counter counts it once', async () => {
    const id = await anAttendedEvent();
    await writes.checkOut(id, [checkOut(1, 1, at + 1_000)]);
    expect(await writes.checkOut(id, [checkOut(1, 0, at + 2_000)])).toEqual([stored(1, 0, at, at + 1_000, 1)]);
    expect(await writes.checkOut(id, [checkOut(1, 1, at + 3_000)])).toEqual([stored(1, 0, at, at + 1_000, 1)]);
    expect(await repository.counter(id)).toEqual({ checkedIn: 3, checkedOut: 1, revision: 2 });
  });

  test('one student several times in one batch counts once, and all are told the same', async () => {
    const id = await anAttendedEvent();
    const written = await writes.checkOut(id, [checkOut(1, 0, at + 1), checkOut(1, 1, at + 2), checkOut(1, 0, at + 3)]);
    expect(new Set(written.map((row) => JSON.stringify(row))).size).toBe(1);
    expect(await repository.counter(id)).toMatchObject({ checkedOut: 1 });
  });

  test('many at once', async () => {
    const id = await anEvent();
    await writes.checkIn(
      id,
      Array.from({ length: 300 }, (_, index) => checkIn(index)),
    );
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 100 }, (_, index) => checkOut((index * 11 + batch * 29) % 300)),
    );
    await Promise.all(batches.map((batch) => writes.checkOut(id, batch)));
    const touched = new Set(batches.flat().map(({ userId }) => userId)).size;
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 300, checkedOut: touched });
  });
});

test('by class: somebody in two classes counts in both', async () => {
  await writeRoster(database.source, aClassSection(2, { username: 'two.classes.0001' }));
  const [user]: { id: number }[] = await database.source.query('SELECT id FROM users WHERE username = ?', [
    'two.classes.0001',
  ]);
  await writeRoster(database.source, aClassSection(1, { username: 'two.classes.0001' }));
  const event = await new LiveEventRepository(database.source.getRepository(LiveEvent)).create(aLiveEvent());
  await writes.checkIn(event.id, [{ userId: user?.id ?? 0, byId: user?.id ?? 0, at, kbps: 1, bytes: 1 }]);
  const classes = await new EventRosterRepository(database.source).byClass(event);
  expect(classes.filter(({ checkedIn }) => checkedIn > 0)).toMatchObject([
    { enrolled: 1, checkedIn: 1, checkedOut: 0 },
    { enrolled: 1, checkedIn: 1, checkedOut: 0 },
  ]);
});

const correct = (id: number, index: number, kind: 'check-in' | 'check-out' | 'revoke') =>
  database.source.transaction('READ COMMITTED', (manager) =>
    new CorrectionWrites().apply(manager, id, { userId: idOf(index), kind }, new Date(at), new Date(at)),
  );

describe('beside corrections by an admin', () => {
  const revoked = { kind: 'revoked' };

  test('a sender whose check-in is revoked brings nobody, and the other rows of the batch are written', async () => {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0)]);
    await correct(id, 0, 'revoke');
    const written = await writes.checkIn(id, [checkIn(0), checkIn(1, 0), checkIn(2), checkIn(3, 2)]);
    expect(written).toEqual([revoked, { kind: 'refused', reason: 'sender' }, stored(2, 2), stored(3, 2)]);
    expect((await rowsOf(id)).map(({ user_id }) => user_id)).toEqual([idOf(0), idOf(2), idOf(3)]);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 2 });
  });

  test('a classmate whose check-in is revoked stays out; the sender is in', async () => {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0)]);
    await correct(id, 0, 'revoke');
    expect(await writes.checkIn(id, [checkIn(1), checkIn(0, 1)])).toEqual([stored(1, 1), revoked]);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 1 });
  });

  test('whoever was given back can bring others again', async () => {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0)]);
    await correct(id, 0, 'revoke');
    await correct(id, 0, 'check-in');
    expect(await writes.checkIn(id, [checkIn(0), checkIn(1, 0)])).toMatchObject([stored(0, 0), stored(1, 0)]);
  });

  test('a revocation that is committed while the batch waits for its row wins: nobody is brought', async () => {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0)]);
    const { promise: locked, resolve: isLocked } = Promise.withResolvers<undefined>();
    const { promise: released, resolve: release } = Promise.withResolvers<undefined>();
    const correcting = database.source.transaction('READ COMMITTED', async (manager) => {
      const corrected = new CorrectionWrites().apply(
        manager,
        id,
        { userId: idOf(0), kind: 'revoke' },
        new Date(at),
        new Date(at),
      );
      await corrected;
      isLocked(undefined);
      await released;
    });
    await locked;
    const writing = writes.checkIn(id, [checkIn(0), checkIn(1, 0)]);
    await untilSomebodyWaits();
    release(undefined);
    await correcting;
    expect(await writing).toEqual([revoked, { kind: 'refused', reason: 'sender' }]);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 0 });
  });

  test('a correction and a check-in of the same student at once: one row, counted once', async () => {
    const id = await anEvent();
    await Promise.all([
      ...Array.from({ length: 5 }, () => writes.checkIn(id, [checkIn(0)])),
      ...Array.from({ length: 5 }, () => correct(id, 0, 'check-in')),
    ]);
    expect(await rowsOf(id)).toHaveLength(1);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 1, checkedOut: 0 });
  });
});

describe('a client that is gone in the middle of its batch', () => {
  /** Sends the batch on a line of its own, which breaks while a lock holds up its rows. */
  async function brokenOff(send: (writes: BatchWrites) => Promise<unknown>, lock: string, values: number[]) {
    const { proxy: line, url } = await TcpProxy.toDatabase(database.url);
    const own = new PacketPool(url);
    const holder = database.source.createQueryRunner();
    try {
      await holder.startTransaction();
      await holder.query(lock, values);
      const ended = expect(send(new BatchWrites(own))).rejects.toMatchObject({ code: 'PROTOCOL_CONNECTION_LOST' });
      await untilSomebodyWaits();
      line.cut();
      await ended;
    } finally {
      await holder.rollbackTransaction();
      await holder.release();
      await own.onApplicationShutdown();
      await line.close();
    }
    await untilNobodyHoldsRows();
  }

  test('check-in: neither row nor counter, and both once it is sent again', async () => {
    const id = await anEvent();
    const batch = [checkIn(0), checkIn(1)];
    await brokenOff(
      (other) => other.checkIn(id, batch),
      `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
       VALUES (?, ?, NOW(3), ?, 1, 1)`,
      [id, idOf(1), idOf(1)],
    );
    expect([await rowsOf(id), await repository.counter(id)]).toEqual([
      [],
      { checkedIn: 0, checkedOut: 0, revision: 0 },
    ]);
    await writes.checkIn(id, batch);
    expect(await repository.counter(id)).toMatchObject({ checkedIn: 2, checkedOut: 0 });
  });

  test('check-out: as they were, and out once it is sent again', async () => {
    const id = await anEvent();
    await writes.checkIn(id, [checkIn(0), checkIn(1)]);
    const batch = [checkOut(0), checkOut(1)];
    await brokenOff(
      (other) => other.checkOut(id, batch),
      'UPDATE attendances SET kbps = kbps + 1 WHERE live_event_id = ? AND user_id = ?',
      [id, idOf(1)],
    );
    const out = async () => (await rowsOf(id)).filter((row) => row.checked_out_at).length;
    expect([await out(), (await repository.counter(id)).checkedOut]).toEqual([0, 0]);
    await writes.checkOut(id, batch);
    expect([await out(), (await repository.counter(id)).checkedOut]).toEqual([2, 2]);
  });
});

/** InnoDB shows its transactions anew only to who has not asked for a tenth of a second. */
async function untilTransactions(where: string, isSo: (count: number) => boolean): Promise<void> {
  for (;;) {
    const [row] = await database.source.query<{ count: string }[]>(
      `SELECT COUNT(*) AS count FROM information_schema.innodb_trx WHERE ${where}`,
    );
    if (isSo(Number(row?.count))) return;
    await new Promise((again) => setTimeout(again, 150));
  }
}

const untilSomebodyWaits = () => untilTransactions("trx_state = 'LOCK WAIT'", (count) => count > 0);
const untilNobodyHoldsRows = () => untilTransactions('trx_rows_locked > 0', (count) => count === 0);

describe('rows read, whatever the statistics say', () => {
  const others = 300;
  let id: number;

  /** Rows that the statements of `act` read, counted by the server. */
  async function rowsRead(act: () => Promise<unknown>): Promise<number> {
    const count = async () => {
      const rows = await database.source.query<{ Variable_name: string; Value: string }[]>(
        "SHOW GLOBAL STATUS WHERE Variable_name IN ('Handler_read_key', 'Handler_read_next', 'Handler_read_rnd_next')",
      );
      return new Map(rows.map(({ Variable_name, Value }) => [Variable_name, Number(Value)]));
    };
    const before = await count();
    await act();
    const after = await count();
    return (after.get('Handler_read_next') ?? 0) - (before.get('Handler_read_next') ?? 0);
  }

  beforeAll(async () => {
    id = await anEvent();
    await writes.checkIn(
      id,
      Array.from({ length: others }, (_, index) => checkIn(index)),
    );
    // Statistics of the table before its rows: it then seems to hold one row an event.
    await database.source.query("UPDATE mysql.innodb_table_stats SET n_rows = 2 WHERE table_name = 'attendances'");
    await database.source.query("UPDATE mysql.innodb_index_stats SET stat_value = 2 WHERE table_name = 'attendances'");
    await database.source.query('FLUSH TABLES');
  });

  test.each([1, 2, 30, 150])('of %d students: none beside those asked for', async (count) => {
    const userIds = ids.slice(0, count);
    expect(await rowsRead(() => repository.recorded(id, userIds))).toBeLessThanOrEqual(count);
    expect(await rowsRead(() => repository.present(id, userIds))).toBeLessThanOrEqual(count);
    expect(await rowsRead(() => repository.broughtBy(id, userIds))).toBeLessThanOrEqual(3 * count);
    expect(
      await rowsRead(() =>
        writes.checkOut(
          id,
          userIds.map((_, index) => checkOut(index)),
        ),
      ),
    ).toBeLessThanOrEqual(count);
  });
});
