import { jest } from '@jest/globals';
import type { AttendanceRow, Recorded } from './attendance.ts';
import { DatabaseLate } from '../../infrastructure/database/failures.ts';
import { AttendanceReader, isIn } from './attendance-reader.ts';
import type { AttendanceRepository } from './attendance.repository.ts';
import type { Env } from '../../infrastructure/config/env.ts';

type Found = Map<number, Recorded>;
const row = (userId: number, checkedInBy = userId, checkedInAt = 0): AttendanceRow => ({
  userId,
  checkedInAt,
  checkedInBy,
  checkedOutAt: null,
  checkedOutBy: null,
});
/** Whoever asks about this one gets no answer. */
const gone = 13;
const found = (userId: number) => ({ kind: 'found' as const, row: row(userId) });

/** A database whose answers come when the test says so. */
function aReader() {
  const asked: { eventId: number; userIds: number[]; answer: (found?: Found) => void; fail: (error: Error) => void }[] =
    [];
  const looks: number[][] = [];
  const repository = {
    // Who has an even number is in; 9 was.
    present: (_: number, userIds: number[]) => {
      looks.push(userIds);
      if (userIds.includes(gone)) return Promise.reject(new DatabaseLate('away'));
      const rows = userIds.filter((id) => id % 2 === 0 || id === 9);
      return Promise.resolve(new Map(rows.map((id) => [id, id === 9 ? 'revoked' : 'found'] as const)));
    },
    recorded: (eventId: number, userIds: number[]) =>
      new Promise<Found>((resolve, reject) => {
        asked.push({
          eventId,
          userIds,
          answer: (answer = new Map(userIds.map((id) => [id, found(id)]))) => resolve(answer),
          fail: reject,
        });
      }),
    broughtBy: (_: number, byIds: number[]) =>
      Promise.resolve(byIds.flatMap((byId) => [3, 1, 2].map((userId) => row(userId, byId, userId === 3 ? 0 : 1)))),
  } as unknown as AttendanceRepository;
  return { reader: new AttendanceReader(repository, { API_PROCESSES: 1 } as Env), asked, looks };
}

/** Longer than one batch waits for the one before it. */
const soon = () => jest.advanceTimersByTimeAsync(15);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('who asks at the same time asks once, by event, and each user once', async () => {
  const { reader, asked } = aReader();
  const answers = [1, 2, 1].map((userId) => reader.standing(7, userId));
  const other = reader.standing(8, 1);
  await soon();
  expect(asked.map(({ eventId, userIds }) => [eventId, userIds])).toEqual([
    [7, [1, 2]],
    [8, [1]],
  ]);
  asked[0]?.answer(new Map([[1, found(1)]]));
  asked[1]?.answer();
  expect(await Promise.all([...answers, other])).toEqual([found(1), { kind: 'absent' }, found(1), found(1)]);
});

test('at most two look-ups at once: meanwhile the next batch grows', async () => {
  const { reader, asked } = aReader();
  const answers: Promise<unknown>[] = [];
  for (let userId = 1; userId <= 10; userId++) {
    answers.push(reader.standing(7, userId));
    await soon();
  }
  expect(asked.map(({ userIds }) => userIds)).toEqual([[1], [2]]);
  asked[0]?.answer();
  await soon();
  expect(asked[2]?.userIds).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  asked[1]?.answer();
  asked[2]?.answer();
  expect(await Promise.all(answers)).toHaveLength(10);
});

test('at most two look-ups at once, also when several batches were scheduled before the first left', async () => {
  const { reader, asked } = aReader();
  const answers = Array.from({ length: 5_000 }, (_, index) => reader.standing(7, index + 1));
  await soon();
  expect(asked).toHaveLength(2);
  for (let batch = 0; batch < 5; batch++) {
    asked[batch]?.answer();
    await soon();
  }
  expect(await Promise.all(answers)).toHaveLength(5_000);
});

test('nothing is remembered: a second look asks again', async () => {
  const { reader, asked } = aReader();
  const first = reader.standing(7, 1);
  await soon();
  asked[0]?.answer(new Map());
  expect(await first).toEqual({ kind: 'absent' });
  const second = reader.standing(7, 1);
  await soon();
  asked[1]?.answer();
  expect(await second).toEqual(found(1));
});

test('a look-up that fails is unknown, never absent, and the next goes on', async () => {
  const { reader, asked } = aReader();
  const failing = reader.standing(7, 1);
  await soon();
  asked[0]?.fail(new DatabaseLate('away'));
  expect(await failing).toEqual({ kind: 'unknown' });
  const next = reader.standing(7, 2);
  await soon();
  asked[1]?.answer();
  expect(await next).toEqual(found(2));
});

test('whole classes are looked up together, each student once', async () => {
  const { reader, looks } = aReader();
  const asking = Promise.all([reader.presentOf(7, [1, 2, 3]), reader.presentOf(7, [3, 4]), reader.presentOf(7, [])]);
  await soon();
  const [one, other, none] = await asking;
  expect(looks).toEqual([[1, 2, 3, 4]]);
  expect([isIn(one, 1), isIn(one, 2), isIn(other, 3), isIn(other, 4)]).toEqual([false, true, false, true]);
  expect(none).toEqual({ kind: 'found', rows: new Map() });
});

test('who arrives is looked up with the classmates, and alone once more only if there is a row', async () => {
  const { reader, asked, looks } = aReader();
  const arriving = [1, 4, 9].map((userId) => reader.arrival(7, userId, [2, 3]));
  await soon();
  expect(looks).toEqual([[1, 2, 3, 4, 9]]);
  expect(asked.map(({ userIds }) => userIds)).toEqual([[4, 9]]);
  const revoked = { kind: 'revoked', revision: 5 } as const;
  asked[0]?.answer(
    new Map<number, Recorded>([
      [4, found(4)],
      [9, revoked],
    ]),
  );
  const arrived = await Promise.all(arriving);
  expect(arrived.map(({ standing }) => standing)).toEqual([{ kind: 'absent' }, found(4), revoked]);
  expect(arrived.map(({ present }) => [isIn(present, 2), isIn(present, 3), isIn(present, 9)])).toEqual(
    arrived.map(() => [true, false, false]),
  );
});

test('a look-up of who arrives that fails is unknown, never absent', async () => {
  const { reader, asked } = aReader();
  const arriving = reader.arrival(7, gone, [2]);
  await soon();
  expect(await arriving).toEqual({ standing: { kind: 'unknown' }, present: { kind: 'unknown' } });
  expect(asked).toEqual([]);
});

test('what is asked within the window waits for it, and is asked at once', async () => {
  const { reader, looks } = aReader();
  const answers = [reader.presentOf(7, [1])];
  await jest.advanceTimersByTimeAsync(1);
  answers.push(reader.presentOf(7, [2]));
  await jest.advanceTimersByTimeAsync(5);
  answers.push(reader.presentOf(7, [3]));
  await soon();
  await Promise.all(answers);
  expect(looks).toEqual([[1], [2, 3]]);
});

test('those whom I brought, in the order of their check-ins', async () => {
  const { reader } = aReader();
  const asking = reader.broughtBy(7, 5);
  await soon();
  expect((await asking).map(({ userId }) => userId)).toEqual([3, 1, 2]);
});
