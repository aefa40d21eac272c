import { eventually } from '@exco/testing';
import { Batcher, type Accepted } from './batcher.ts';

type Answer = string[] | Accepted;

/** A way whose batches arrive when the test says so. */
function aWay() {
  const sent: { rows: number[]; arrive: (answer?: Answer) => void; fail: (error: Error) => void }[] = [];
  const coalescer = new Batcher<number, string>(25, (rows) => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    sent.push({ rows, arrive: (answer = rows.map(String)) => resolve(answer), fail: reject });
    return promise;
  });
  const until = (batches: number) => eventually(() => expect(sent.length).toBeGreaterThanOrEqual(batches));
  return { coalescer, sent, until };
}

test('what is asked in the same moment leaves as one batch, and everyone gets their own slice', async () => {
  const { coalescer, sent, until } = aWay();
  const answers = [coalescer.write([1, 2]), coalescer.write([]), coalescer.write([3]), coalescer.write([4, 5, 6])];
  await until(1);
  expect(sent.map(({ rows }) => rows)).toEqual([[1, 2, 3, 4, 5, 6]]);
  sent[0]?.arrive();
  expect(await Promise.all(answers)).toEqual([['1', '2'], [], ['3'], ['4', '5', '6']]);
});

test('the next gathers for the window, whether the first has arrived or not', async () => {
  const { coalescer, sent, until } = aWay();
  const first = coalescer.write([1]);
  await until(1);
  const others = [coalescer.write([2])];
  sent[0]?.arrive();
  expect(await first).toEqual(['1']);
  others.push(coalescer.write([3]));
  expect(sent).toHaveLength(1);
  await until(2);
  expect(sent[1]?.rows).toEqual([2, 3]);
  void coalescer.write([4]);
  await until(3);
  sent[1]?.arrive();
  expect(await Promise.all(others)).toEqual([['2'], ['3']]);
});

test('after a quiet while nobody waits for others', async () => {
  const { coalescer, sent, until } = aWay();
  void coalescer.write([1]);
  await until(1);
  await new Promise((resolve) => setTimeout(resolve, 40));
  void coalescer.write([2]);
  // Timers of one process fire in order, however busy it is.
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(sent[1]?.rows).toEqual([2]);
});

test('200 rows wait for nobody, and the next begins a batch of its own', async () => {
  const { coalescer, sent, until } = aWay();
  void coalescer.write([0]);
  await until(1);
  for (let row = 1; row <= 200; row++) void coalescer.write([row]);
  void coalescer.write([201]);
  expect(sent.map(({ rows }) => rows.length)).toEqual([1, 200]);
});

test('a batch that fails rejects everyone in it, and nobody after it', async () => {
  const { coalescer, sent, until } = aWay();
  const failing = [coalescer.write([1]), coalescer.write([2])];
  await until(1);
  sent[0]?.fail(new Error('away'));
  for (const answer of await Promise.allSettled(failing))
    expect(answer).toMatchObject({ status: 'rejected', reason: { message: 'away' } });
  const next = coalescer.write([3]);
  await until(2);
  sent[1]?.arrive();
  expect(await next).toEqual(['3']);
});

test('accepted is told to everyone; while commits are late batches grow', async () => {
  const { coalescer, sent, until } = aWay();
  const both = [coalescer.write([1]), coalescer.write([2])];
  await until(1);
  sent[0]?.arrive('queued');
  expect(await Promise.all(both)).toEqual(['queued', 'queued']);
  // Late: what comes over several turns of the event loop still leaves together.
  const late = coalescer.write([3]);
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  const later = coalescer.write([4]);
  expect(sent).toHaveLength(1);
  await until(2);
  expect(sent[1]?.rows).toEqual([3, 4]);
  sent[1]?.arrive();
  expect(await Promise.all([late, later])).toEqual([['3'], ['4']]);
  void coalescer.write([5]);
  await until(3);
  void coalescer.write([6]);
  await until(4);
  expect(sent.slice(2).map(({ rows }) => rows)).toEqual([[5], [6]]);
});
