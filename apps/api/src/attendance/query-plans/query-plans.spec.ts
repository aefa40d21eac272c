import { inheritedEnv } from '@exco/local-stack';
import { openDatabase } from '@exco/persistence';
import {
  aDatabase,
  believedStatistics,
  formsWithACase,
  forgetStatements,
  statementForms,
  tellsFormsAsListed,
  writeFormsWithACase,
  type OwnDatabase,
} from '@exco/testing';
import type { DataSource } from 'typeorm';
import { PacketPool } from '../../infrastructure/database/packet-pool.ts';
import { some, type Case } from './case.ts';
import { fillWithPastEvents, largest, rowsOf, type PastEvents } from './past-events.ts';
import { auditFilterCases, readCases } from './read-cases.ts';
import { RowsRead } from './rows-read.ts';
import { writeCases } from './write-cases.ts';

/*
 * Rows that a statement reads, counted by the server and not estimated, in a database of two hundred events of which one
 * holds as many as a hundred others. At most three for each row sent or asked about, or the reason beside it; and the same
 * whatever the statistics say. Each statement of the API and the worker has its case: the end-to-end suite collects what
 * they ask and compares it with the list that stands here. UPDATE_STATEMENTS=1 writes that list anew.
 * DATABASE_URL names a server of MySQL or MariaDB that nobody else uses; else it is a private one.
 */

let database: OwnDatabase;
let source: DataSource;
let packets: PacketPool;
let events: PastEvents;
let rowsRead: RowsRead;

beforeAll(async () => {
  database = await aDatabase({ recordsStatements: true });
  source = await openDatabase(database.url, 3);
  packets = new PacketPool(database.url);
  events = await fillWithPastEvents(database.source);
  rowsRead = await RowsRead.on(source);
}, 120_000);
afterAll(async () => {
  await packets.onApplicationShutdown();
  await source.destroy();
  await database.close();
});

function cases(): Record<string, Case> {
  const questioned = { source, packets, events };
  return { ...readCases(questioned), ...auditFilterCases(questioned), ...writeCases(questioned) };
}

describe.each(Object.entries(believedStatistics))('statistics: %s', (_, prepare) => {
  beforeAll(() => prepare(source));

  test('no statement reads more than three rows for each that it is about, but for a reason', async () => {
    const tooMany: Record<string, string> = {};
    for (const [name, { act, about, because }] of Object.entries(cases())) {
      await act();
      const reads = await rowsRead.by(act);
      const most = because?.[1] ?? 3 * about + 5;
      if (reads > most) tooMany[name] = `${reads} rows read, at most ${most}`;
    }
    expect(tooMany).toEqual({});
  });
});

test('what reads a whole event would be found', async () => {
  const sql =
    'SELECT user_id FROM attendances USE INDEX (attendances_brought) WHERE live_event_id = ? AND user_id IN (?)';
  expect(await rowsRead.by(() => source.query(sql, [events.idOf(largest), some(30)]))).toBeGreaterThanOrEqual(
    rowsOf(largest),
  );
});

test('the list of statements that have a case is true; UPDATE_STATEMENTS=1 writes it anew', async () => {
  if (!(await tellsFormsAsListed(source))) return;
  await forgetStatements(source);
  for (const { act } of Object.values(cases())) await act();
  const forms = await statementForms(source);
  if (inheritedEnv()['UPDATE_STATEMENTS']) writeFormsWithACase(forms);
  expect(forms).toEqual(formsWithACase());
}, 60_000);
