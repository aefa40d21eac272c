import { aDatabase, type OwnDatabase } from '@exco/testing';
import { failureOf } from './failures.ts';
import { PacketPool } from './packet-pool.ts';

let database: OwnDatabase;
let packets: PacketPool;
beforeAll(async () => {
  database = await aDatabase();
  packets = new PacketPool(database.url);
  await database.source.query(
    'CREATE TABLE things (id INT UNSIGNED PRIMARY KEY, name VARCHAR(5) NOT NULL) ENGINE=InnoDB',
  );
});
afterAll(async () => {
  await packets.onApplicationShutdown();
  await database.close();
});
beforeEach(() => database.source.query('DELETE FROM things'));

const names = async () =>
  (await database.source.query<{ name: string }[]>('SELECT name FROM things ORDER BY id')).map(({ name }) => name);
const openTransactions = async () => {
  const [row] = await database.source.query<{ open: string }[]>(
    'SELECT COUNT(*) AS open FROM information_schema.innodb_trx WHERE trx_rows_modified > 0 OR trx_rows_locked > 0',
  );
  return Number(row?.open);
};

test('gives the result of each statement', async () => {
  const results = await packets.send(
    "START TRANSACTION; INSERT INTO things VALUES (1, 'one'), (2, 'two'); COMMIT; SELECT name FROM things",
    1_000,
  );
  expect(results[1]).toMatchObject({ affectedRows: 2 });
  expect(results[3]).toEqual([{ name: 'one' }, { name: 'two' }]);
});

test('an error in the middle leaves nothing behind: no row, no lock', async () => {
  for (let count = 0; count < 5; count++)
    await expect(
      packets.send(
        "START TRANSACTION; INSERT INTO things VALUES (1, 'one'); INSERT INTO things VALUES (2, NULL); COMMIT",
        1_000,
      ),
    ).rejects.toMatchObject({ errno: 1048 });
  expect(await openTransactions()).toBe(0);
  await packets.send("START TRANSACTION; INSERT INTO things VALUES (3, 'three'); COMMIT", 1_000);
  expect(await names()).toEqual(['three']);
});

test('a value that does not fit is refused, never cut', async () => {
  await expect(packets.send("INSERT INTO things VALUES (1, 'too long'); DO 0", 1_000)).rejects.toBeInstanceOf(Error);
  expect(await names()).toEqual([]);
});

test('a server that does not answer in time: its connection is closed, and the others serve', async () => {
  const slow = Array.from({ length: 4 }, () =>
    packets.send("START TRANSACTION; INSERT INTO things VALUES (1, 'one'); DO SLEEP(30); COMMIT", 300),
  );
  for (const one of await Promise.allSettled(slow)) {
    if (one.status === 'fulfilled') throw new Error('it was answered');
    expect(failureOf(one.reason)).toMatch(/unavailable|contention/);
  }
  await expect(packets.send('SELECT 1 AS one; DO 0', 1_000)).resolves.toMatchObject([[{ one: 1 }], {}]);
});

test('the session waits a short time for a lock, and speaks UTC', async () => {
  const [rows] = await packets.send('SELECT @@innodb_lock_wait_timeout AS seconds, @@time_zone AS zone; DO 0', 1_000);
  expect(rows).toEqual([{ seconds: 2, zone: '+00:00' }]);
});
