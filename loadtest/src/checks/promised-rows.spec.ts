import { jest } from '@jest/globals';
import type { Row } from './attendance-source.ts';
import { emptyLog, type Log } from './request-log.ts';

jest.unstable_mockModule('../terminal/pause.ts', () => ({
  pause: (milliseconds: number) => {
    jest.setSystemTime(Date.now() + milliseconds);
    return Promise.resolve();
  },
}));
const { rowsWhenKept } = await import('./promised-rows.ts');

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

const row = (userId: number, checkedOutAt: number | null): Row => ({
  ...{ userId, checkedInAt: 1, checkedInBy: userId, checkedOutAt, checkedOutBy: null, kbps: null, bytes: null },
});
const checkIn = (userId: number, outcome: string) => ({
  ...{ actorId: userId, sentAt: 1, answeredAt: 2, status: 202, kbps: 1, bytes: 1, asked: [] },
  results: [{ userId, outcome, checkedInAt: null, checkedInBy: null }],
});
const checkOut = (userId: number, outcome: string) => ({
  ...{ actorId: userId, sentAt: 1, answeredAt: 2, status: 202, asked: [] },
  results: [{ userId, outcome, checkedOutAt: null }],
});

/** The rows as this says of the second in which they are read. */
async function looked(rows: (second: number) => Row[], log: Partial<Log>) {
  const found = await rowsWhenKept(() => Promise.resolve(rows(Date.now() / 1_000)), { ...emptyLog(), ...log });
  return { found, seconds: Date.now() / 1_000 };
}

test('waits for a check-in and for a check-out that were promised', async () => {
  const log = { checkIns: [checkIn(7, 'queued')], checkOuts: [checkOut(7, 'queued')] };
  const rows = (second: number) => (second < 9 ? [] : [row(7, second < 13 ? null : 5)]);
  expect(await looked(rows, log)).toEqual({ found: [row(7, 5)], seconds: 13 });
});

test('not for what was told as written: a row that is gone is gone', async () => {
  const log = { checkIns: [checkIn(7, 'checked-in')], checkOuts: [checkOut(7, 'checked-out')] };
  expect(await looked(() => [], log)).toEqual({ found: [], seconds: 0 });
});

test('nor for ever', async () => {
  expect(await looked(() => [], { checkIns: [checkIn(7, 'queued')] })).toEqual({ found: [], seconds: 46 });
});
