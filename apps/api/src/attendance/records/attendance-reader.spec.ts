import type { Stored } from './attendance-rows.ts';
import { AttendanceReader } from './attendance-reader.ts';
import type { AttendanceRepository } from './attendance.repository.ts';
import type { Env } from '../../infrastructure/config/env.ts';

type Found = Map<number, Stored>;
const row = (byId: number, at = 0): Stored => [at, byId, null, null];

/** A database whose answers come when the test says so. */
function aReader() {
  const asked: { eventId: number; userIds: number[]; answer: (found?: Found) => void; fail: (error: Error) => void }[] =
    [];
  const looks: number[][] = [];
  const repository = {
    present: (_: number, userIds: number[]) => {
      looks.push(userIds);
      return Promise.resolve(new Set(userIds.filter((id) => id % 2 === 0)));
    },
    of: (eventId: number, userIds: number[]) =>
      new Promise<Found>((resolve, reject) => {
        asked.push({
          eventId,
          userIds,
          answer: (found = new Map(userIds.map((id) => [id, row(id)]))) => resolve(found),
          fail: reject,
        });
      }),
    broughtBy: (_: number, byIds: number[]) =>
      Promise.resolve(
        byIds.flatMap((byId) => [3, 1, 2].map((userId) => ({ userId, stored: row(byId, userId === 3 ? 0 : 1) }))),
      ),
  } as unknown as AttendanceRepository;
  return { reader: new AttendanceReader(repository, { API_PROCESSES: 1 } as Env), asked, looks };
}

/** Longer than one batch waits for the one before it. */
const soon = () => new Promise((resolve) => setTimeout(resolve, 15));

test('who asks at the same time asks once, by event, and each user once', async () => {
  const { reader, asked } = aReader();
  const answers = [1, 2, 1].map((userId) => reader.standing(7, userId));
  const other = reader.standing(8, 1);
  await soon();
  expect(asked.map(({ eventId, userIds }) => [eventId, userIds])).toEqual([
    [7, [1, 2]],
    [8, [1]],
  ]);
  asked[0]?.answer(new Map([[1, row(1)]]));
  asked[1]?.answer();
  expect(await Promise.all([...answers, other])).toEqual([row(1), null, row(1), row(1)]);
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

test('nothing is remembered: a second look asks again', async () => {
  const { reader, asked } = aReader();
  const first = reader.standing(7, 1);
  await soon();
  asked[0]?.answer(new Map());
  expect(await first).toBeNull();
  const second = reader.standing(7, 1);
  await soon();
  asked[1]?.answer();
  expect(await second).toEqual(row(1));
});

test('a look-up that fails is told to who asked, and the next goes on', async () => {
  const { reader, asked } = aReader();
  const failing = reader.standing(7, 1).catch((error: unknown) => error);
  await soon();
  asked[0]?.fail(new Error('away'));
  expect(await failing).toMatchObject({ message: 'away' });
  const next = reader.standing(7, 2);
  await soon();
  asked[1]?.answer();
  expect(await next).toEqual(row(2));
});

test('whole classes are looked up together, each student once', async () => {
  const { reader, looks } = aReader();
  const [one, other, none] = await Promise.all([
    reader.checkedIn(7, [1, 2, 3]),
    reader.checkedIn(7, [3, 4]),
    reader.checkedIn(7, []),
  ]);
  expect(looks).toEqual([[1, 2, 3, 4]]);
  expect([one.has(1), one.has(2), other.has(3), other.has(4)]).toEqual([false, true, false, true]);
  expect(none.size).toBe(0);
});

test('what is asked within the window waits for it, and is asked at once', async () => {
  const { reader, looks } = aReader();
  await reader.checkedIn(7, [1]);
  const answers = [reader.checkedIn(7, [2])];
  await new Promise(setImmediate);
  answers.push(reader.checkedIn(7, [3]));
  await Promise.all(answers);
  expect(looks).toEqual([[1], [2, 3]]);
});

test('those whom I brought, in the order of their check-ins', async () => {
  const { reader } = aReader();
  expect((await reader.broughtBy(7, 5)).map(({ userId }) => userId)).toEqual([3, 1, 2]);
});
