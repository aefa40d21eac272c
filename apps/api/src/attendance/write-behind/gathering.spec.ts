import { jest } from '@jest/globals';
import { Gathering } from './gathering.ts';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function aGathering(isLate = () => false) {
  const sent: number[][] = [];
  const gathering = new Gathering<number, number>(
    25,
    (rows) => {
      sent.push(rows);
      return Promise.resolve(rows.length);
    },
    isLate,
  );
  return { gathering, sent };
}

test('the first batch leaves at once with what came in the same turn, the next after the window', async () => {
  const { gathering, sent } = aGathering();
  const answers = [gathering.add([1]), gathering.add([2, 3])];
  await jest.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([[1, 2, 3]]);
  answers.push(gathering.add([4]));
  await jest.advanceTimersByTimeAsync(23);
  expect(sent).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(sent).toEqual([[1, 2, 3], [4]]);
  expect(await Promise.all(answers)).toEqual([
    { sent: 3, from: 0 },
    { sent: 3, from: 1 },
    { sent: 1, from: 0 },
  ]);
});

test('a batch that is large enough does not wait for the window', async () => {
  const { gathering, sent } = aGathering();
  await Promise.all([gathering.add([0]), jest.advanceTimersByTimeAsync(1)]);
  const rows = Array.from({ length: 200 }, (_, index) => index);
  await gathering.add(rows);
  expect(sent[1]).toEqual(rows);
});

test('while commits are late a batch gathers for longer', async () => {
  const { gathering, sent } = aGathering(() => true);
  await Promise.all([gathering.add([1]), jest.advanceTimersByTimeAsync(1)]);
  const late = gathering.add([2]);
  await jest.advanceTimersByTimeAsync(98);
  expect(sent).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(1);
  await late;
  expect(sent).toHaveLength(2);
});

test('a batch that fails rejects all its requests, and the next goes on', async () => {
  let fail = true;
  const gathering = new Gathering<number, number>(
    25,
    (rows) => (fail ? Promise.reject(new Error('away')) : Promise.resolve(rows.length)),
    () => false,
  );
  const answers = Promise.allSettled([gathering.add([1]), gathering.add([2])]);
  await jest.advanceTimersByTimeAsync(1);
  expect((await answers).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fail = false;
  const next = gathering.add([3]);
  await jest.advanceTimersByTimeAsync(25);
  expect(await next).toEqual({ sent: 1, from: 0 });
  expect(gathering.isIdle).toBe(true);
});
