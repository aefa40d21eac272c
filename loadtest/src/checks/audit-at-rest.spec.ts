import { jest } from '@jest/globals';
import type { AuditEntry as ReportedEntry } from '@exco/contracts';
import { emptyLog, type Log } from './request-log.ts';

jest.unstable_mockModule('../terminal/pause.ts', () => ({
  pause: (milliseconds: number) => {
    jest.setSystemTime(Date.now() + milliseconds);
    return Promise.resolve();
  },
}));
const { auditAtRest } = await import('./audit.ts');

beforeEach(() => void jest.useFakeTimers({ now: 0 }));
afterEach(() => jest.useRealTimers());

const asked = (count: number): Log => ({
  ...emptyLog(),
  checkOuts: Array.from({ length: count }, (_, actorId) => ({
    ...{ actorId, sentAt: 1, answeredAt: 2, status: 200, asked: [actorId], results: [] },
  })),
});

/** The audit has as many entries as this says of the second in which it is read. */
async function looked(entries: (second: number) => number, log: Log) {
  const all = await auditAtRest((before) => {
    const count = before === null ? entries(Date.now() / 1_000) : 0;
    return Promise.resolve(
      Array.from({ length: count }, (_, id) => ({
        id: id + 1,
        kind: 'check-out',
        actor: { id },
        user: { id },
      })) as ReportedEntry[],
    );
  }, log);
  return { entries: all.length, seconds: Date.now() / 1_000 };
}

test('as soon as every answer has its entry', async () => {
  expect(await looked((second) => Math.min(5, second), asked(5))).toEqual({ entries: 5, seconds: 5 });
});

test('as long as entries still come, with pauses of some seconds too', async () => {
  expect(await looked((second) => Math.floor(second / 8), asked(3))).toEqual({ entries: 3, seconds: 24 });
});

test('no longer when none has come for ten seconds, or after half a minute', async () => {
  expect(await looked((second) => Math.min(2, second), asked(5))).toEqual({ entries: 2, seconds: 13 });
  jest.setSystemTime(0);
  expect(await looked((second) => second, asked(99))).toEqual({ entries: 31, seconds: 31 });
});
