import { aDatabase, TcpProxy, type OwnDatabase } from '@exco/testing';
import { dataSourceOptions, openDataSource, waitAtMost, type SessionLimits } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { failureOf } from './failures.ts';
import { requestLimits } from './limits.ts';

let database: OwnDatabase;
let proxy: TcpProxy;
let url: string;
beforeAll(async () => {
  database = await aDatabase();
  ({ proxy, url } = await TcpProxy.toDatabase(database.url));
});
afterAll(async () => {
  await proxy.close();
  await database.close();
});

async function throughProxy<T>(limits: SessionLimits, use: (source: DataSource) => Promise<T>): Promise<T> {
  const source = await openDataSource(dataSourceOptions(url, 4), limits);
  try {
    return await use(source);
  } finally {
    await source.destroy();
  }
}

const one = async (source: DataSource) => {
  const [row] = await source.query<{ one: number }[]>('SELECT 1 AS one');
  return row?.one;
};

test('connections fall silent: one query fails in time, and the next finds none of them', async () => {
  await throughProxy({ ...requestLimits, silence: 0.5 }, async (source) => {
    await Promise.all([1, 2, 3, 4].map(() => source.query('SELECT SLEEP(0.05)')));
    proxy.fallSilent();
    expect(proxy.silenced).toBe(4);
    const failure = await one(source).catch((error: unknown) => failureOf(error));
    expect(failure).toBe('unavailable');
    expect(await Promise.all([one(source), one(source), one(source), one(source)])).toEqual([1, 1, 1, 1]);
  });
});

test('a connection that was idle for longer than the limit, and then falls silent, is ended too', async () => {
  await throughProxy({ ...requestLimits, silence: 0.3 }, async (source) => {
    expect(await one(source)).toBe(1);
    await new Promise((passed) => setTimeout(passed, 700));
    proxy.fallSilent();
    await expect(one(source)).rejects.toThrow(/said nothing/);
    expect(await one(source)).toBe(1);
  });
});

test('from the moment at which less patience is wanted: also what was asked before', async () => {
  await throughProxy({ ...requestLimits, silence: 3_600 }, async (source) => {
    expect(await one(source)).toBe(1);
    proxy.fallSilent();
    const asked = one(source);
    waitAtMost(0.3, source);
    await expect(asked).rejects.toThrow(/said nothing for 300 ms/);
  });
});

test('an idle connection is not silent, and a slow statement below the limit is waited for', async () => {
  await throughProxy({ ...requestLimits, silence: 0.5 }, async (source) => {
    const id = async () => (await source.query<{ id: string }[]>('SELECT CONNECTION_ID() AS id'))[0]?.id;
    const before = await id();
    await new Promise((passed) => setTimeout(passed, 800));
    expect(await id()).toBe(before);
    await expect(source.query('SELECT SLEEP(0.3)')).resolves.toHaveLength(1);
  });
});

test('the server ends a transaction whose client has gone without a word', async () => {
  await throughProxy({ silence: 30, lock: 5, idleTransaction: 1 }, async (source) => {
    await database.source.query('CREATE TABLE held (id INT PRIMARY KEY) ENGINE=InnoDB');
    await database.source.query('INSERT INTO held VALUES (1)');
    const runner = source.createQueryRunner();
    await runner.query('START TRANSACTION');
    await runner.query('DELETE FROM held WHERE id = 1');
    proxy.fallSilent();
    // Waits for the lock of the transaction that nobody ends.
    await database.source.query('SET SESSION innodb_lock_wait_timeout = 20');
    await database.source.query('UPDATE held SET id = 2 WHERE id = 1');
    expect(await database.source.query('SELECT id FROM held')).toEqual([{ id: 2 }]);
    await runner.release().catch(() => undefined);
  });
});
