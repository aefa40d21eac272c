import { Logger } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import type { AttendanceRepository } from './attendance.repository.ts';
import { Revocations } from './revocations.ts';

type Rows = { eventId: number; userId: number }[];
type Corrected = { eventId: number; userId: number; revoked: boolean };

beforeAll(() => {
  Logger.overrideLogger(false);
});

function someRevocations() {
  const reads: { answer: (rows: Rows) => void; fail: (error: Error) => void }[] = [];
  let announce: (signal: Corrected) => void = () => undefined;
  const repository = {
    revoked: () => new Promise<Rows>((resolve, reject) => reads.push({ answer: resolve, fail: reject })),
  } as unknown as AttendanceRepository;
  const signals = { on: (_: unknown, handler: typeof announce) => (announce = handler) } as unknown as SignalBus;
  const revocations = new Revocations(repository, signals, new Clock());
  return { revocations, reads, announce: (signal: Corrected) => announce(signal) };
}

test('known from the start, and after every announcement', async () => {
  const { revocations, reads, announce } = someRevocations();
  const starting = revocations.onModuleInit();
  reads[0]?.answer([{ eventId: 1, userId: 2 }]);
  await starting;
  expect([revocations.has(1, 2), revocations.has('1', 2), revocations.has(1, 3)]).toEqual([true, true, false]);
  announce({ eventId: 1, userId: 3, revoked: true });
  announce({ eventId: 1, userId: 2, revoked: false });
  expect([revocations.has(1, 2), revocations.has(1, 3)]).toEqual([false, true]);
});

test('an announcement that was lost is found by the next look, and what is over leaves the set', async () => {
  const { revocations, reads } = someRevocations();
  const starting = revocations.onModuleInit();
  reads[0]?.answer([{ eventId: 1, userId: 2 }]);
  await starting;
  const looking = revocations.look();
  reads[1]?.answer([{ eventId: 5, userId: 6 }]);
  await looking;
  expect([revocations.has(1, 2), revocations.has(5, 6)]).toEqual([false, true]);
});

test('what is announced while the table is read is newer than what the read returns', async () => {
  const { revocations, reads, announce } = someRevocations();
  const starting = revocations.onModuleInit();
  announce({ eventId: 1, userId: 2, revoked: false });
  announce({ eventId: 1, userId: 3, revoked: true });
  reads[0]?.answer([{ eventId: 1, userId: 2 }]);
  await starting;
  expect([revocations.has(1, 2), revocations.has(1, 3)]).toEqual([false, true]);
});

test('a database that is away at the start ends nothing, and forgets nothing later', async () => {
  const { revocations, reads, announce } = someRevocations();
  const starting = revocations.onModuleInit();
  reads[0]?.fail(new Error('away'));
  await starting;
  announce({ eventId: 1, userId: 3, revoked: true });
  const looking = revocations.look();
  reads[1]?.fail(new Error('away'));
  await expect(looking).rejects.toThrow('away');
  expect(revocations.has(1, 3)).toBe(true);
});
