import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDatabase, type OwnServer } from '@exco/local-stack';
import { dataSourceOptions, migrate, openDataSource, type SessionLimits } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { administrationLimits } from './administration.ts';
import { failureOf } from './failures.ts';
import { PacketPool } from './packet-pool.ts';

let folder: string;
let server: OwnServer;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'exco-zone-'));
  server = await startDatabase(folder, { bufferPoolMegabytes: 128 });
  url = Object.assign(new URL(server.url), { pathname: '/zone' }).href;
  await migrate(url);
  await inSource(async (source) => {
    await source.query("SET GLOBAL time_zone = '+05:00'");
  });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function inSource<T>(use: (source: DataSource) => Promise<T>, limits?: Partial<SessionLimits>): Promise<T> {
  const source = await openDataSource(dataSourceOptions(url, 4), limits && { ...administrationLimits, ...limits });
  try {
    return await use(source);
  } finally {
    await source.destroy();
  }
}

test('every connection of a pool is in UTC, also on a server at +05:00', async () => {
  await inSource(async (source) => {
    const rows = await Promise.all(
      [1, 2, 3, 4].map(async () => {
        const [row]: { id: string; ahead: number }[] = await source.query(
          `SELECT CONNECTION_ID() AS id, SLEEP(0.2) AS slept,
                  TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), CURRENT_TIMESTAMP()) AS ahead`,
        );
        return row;
      }),
    );
    expect(new Set(rows.map((row) => row?.id)).size).toBe(4);
    expect(rows.map((row) => Number(row?.ahead))).toEqual([0, 0, 0, 0]);
  });
});

test('so are those that take packets', async () => {
  const packets = new PacketPool(url);
  const [rows] = await packets
    .send('SELECT TIMESTAMPDIFF(MINUTE, UTC_TIMESTAMP(), CURRENT_TIMESTAMP()) AS ahead; DO 0', 1_000)
    .finally(() => packets.onApplicationShutdown());
  expect(rows).toEqual([{ ahead: 0 }]);
});

test('a statement of the administration pool that takes too long ends, as a database that is unavailable', async () => {
  const failure = await inSource(
    (source) => Promise.allSettled([1, 2, 3].map(() => source.query('SELECT SLEEP(30)'))),
    { statement: 1 },
  );
  expect(failure.map((one) => (one.status === 'rejected' ? failureOf(one.reason) : JSON.stringify(one.value)))).toEqual(
    ['unavailable', 'unavailable', 'unavailable'],
  );
});
