import { Logger } from '@nestjs/common';
import { BufferedWriter } from './buffered-writer.ts';

beforeAll(() => {
  Logger.overrideLogger(false);
});

const away = (): Error => Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
const faulty = (): Error => Object.assign(new Error('out of range'), { errno: 1264, sqlState: '22003' });

type Write = (rows: readonly number[], key: Buffer) => Promise<void>;

function aWriter(write: Write, mostWaiting = 1_000) {
  const lost = { refused: 0, dropped: 0 };
  const writer = new BufferedWriter<number>({
    name: 'entries',
    write,
    rowsPerStatement: 4,
    mostWaiting,
    onLost: (reason, count) => (lost[reason] += count),
  });
  return { writer, lost };
}

/** A table that takes each key once, as the one in the database does. */
function aTable() {
  const rows: number[] = [];
  const keys = new Set<string>();
  const write: Write = (all, key) => {
    if (!keys.has(key.toString('hex'))) rows.push(...all);
    keys.add(key.toString('hex'));
    return Promise.resolve();
  };
  return { rows, write };
}

test('one row that the database refuses is lost alone, and those that come later are written', async () => {
  const table = aTable();
  const { writer, lost } = aWriter((rows, key) =>
    rows.includes(13) ? Promise.reject(faulty()) : table.write(rows, key),
  );
  writer.add([11, 12, 13, 14, 15, 16]);
  await writer.flush();
  writer.add([17]);
  await writer.flush();
  expect(table.rows).toEqual([11, 12, 14, 15, 16, 17]);
  expect(lost).toEqual({ refused: 1, dropped: 0 });
  expect(writer.size).toBe(0);
});

test('an error of our own in one row costs that row alone too', async () => {
  const table = aTable();
  const { writer } = aWriter((rows, key) =>
    rows.includes(2) ? Promise.reject(new TypeError('undefined')) : table.write(rows, key),
  );
  writer.add([1, 2, 3]);
  await writer.flush();
  expect(table.rows).toEqual([1, 3]);
});

test('a flush that is asked for while one is under way writes what was added in between', async () => {
  const written: number[] = [];
  const held = Promise.withResolvers<undefined>();
  let calls = 0;
  const { writer } = aWriter(async (rows) => {
    if (calls++ === 0) await held.promise;
    written.push(...rows);
  });
  writer.add([1]);
  void writer.flush();
  await new Promise(setImmediate);
  writer.add([2]);
  const asked = writer.flush();
  held.resolve(undefined);
  await asked;
  expect(written).toEqual([1, 2]);
});

test('rows that come while others are written wait for the next flush, in full statements', async () => {
  const statements: (readonly number[])[] = [];
  const { writer } = aWriter((rows) => {
    statements.push(rows);
    if (statements.length < 20) writer.add([0]);
    return Promise.resolve();
  });
  writer.add([1, 2, 3, 4, 5]);
  await writer.flush();
  await writer.flush();
  expect(statements).toEqual([[1, 2, 3, 4], [5], [0, 0]]);
});

test('a statement whose answer is lost is sent again as it was, with its key: nothing is there twice', async () => {
  const table = aTable();
  let answersLost = 2;
  const { writer, lost } = aWriter(async (rows, key) => {
    await table.write(rows, key);
    if (answersLost-- > 0) throw away();
  });
  writer.add([1, 2, 3]);
  await writer.flush();
  writer.add([4, 5]);
  await writer.flush();
  await writer.flush();
  expect(table.rows).toEqual([1, 2, 3, 4, 5]);
  expect(lost).toEqual({ refused: 0, dropped: 0 });
});

test('the database goes away between the halves of a faulty statement: nothing is lost or doubled', async () => {
  const table = aTable();
  let calls = 0;
  const { writer, lost } = aWriter((rows, key) => {
    calls++;
    if (rows.includes(4)) return Promise.reject(faulty());
    return calls === 2 ? Promise.reject(away()) : table.write(rows, key);
  });
  writer.add([1, 2, 3, 4]);
  await writer.flush();
  expect(writer.size).toBe(4);
  await writer.flush();
  expect(table.rows).toEqual([1, 2, 3]);
  expect(lost).toEqual({ refused: 1, dropped: 0 });
});

test('while the database is away rows wait up to the bound; what is beyond is counted as lost', async () => {
  const table = aTable();
  let isAway = true;
  const { writer, lost } = aWriter((rows, key) => (isAway ? Promise.reject(away()) : table.write(rows, key)), 5);
  expect(writer.add([1, 2, 3])).toBe(3);
  await writer.flush();
  expect(writer.add([4, 5, 6, 7])).toBe(2);
  expect(lost.dropped).toBe(2);
  isAway = false;
  await writer.flush();
  expect(table.rows).toEqual([1, 2, 3, 4, 5]);
});
