import { Admission } from './admission.ts';

let loop = { turns: 0, active: 0 };
let now = 0;
let admission: Admission;
beforeEach(() => {
  loop = { turns: 0, active: 0 };
  now = 0;
  admission = new Admission(
    () => loop,
    () => now,
  );
});

function turn(times: number, milliseconds = 50): void {
  loop = { turns: loop.turns + times, active: loop.active + times * milliseconds };
}

/** How many of so many newcomers come in, and what the last one was told. */
function come(count: number, placeIn: number | null = null): { letIn: number; wait: number } {
  const answers = Array.from({ length: count }, () => admission.ask(placeIn));
  return { letIn: answers.filter((seconds) => seconds === 0).length, wait: answers.at(-1) ?? 0 };
}

test('a crowd at once comes in, up to a limit', () => {
  expect(come(2_000).letIn).toBe(1_000);
});

test('after that, five for each long turn of the loop: the longer they are, the fewer', () => {
  come(2_000);
  turn(3);
  expect(come(2_000).letIn).toBe(15);
  turn(50);
  expect(come(2_000).letIn).toBe(100);
});

test('a loop with short turns turns nobody away', () => {
  for (let times = 0; times < 20; times++) {
    turn(1, 20);
    expect(come(1_000).letIn).toBe(1_000);
  }
});

test('who is expected waits only where turns are very long', () => {
  turn(1, 50);
  expect(come(9_000, 0).letIn).toBe(9_000);
  turn(1, 250);
  expect(come(100, 0).letIn).toBe(5);
  expect(come(100, 0).wait).toBe(3);
});

test('who has waited comes before who is new', () => {
  come(2_000);
  expect(come(30, 0).letIn).toBe(30);
  turn(10);
  expect(come(100).letIn).toBe(20);
  expect(come(2_000, 0).letIn).toBe(2_000);
});

test('who asks too early keeps the place, and makes nobody else wait longer', () => {
  come(2_000);
  const { wait } = come(1);
  expect(come(500, 7)).toEqual({ letIn: 0, wait: 7 });
  expect(come(1).wait).toBe(wait);
  // Nobody was ever told to wait for an hour.
  expect(come(1, 3_600).wait).toBe(wait);
  turn(1);
  expect(come(1, 7).letIn).toBe(1);
});

test('a quiet while later all is as before', () => {
  come(2_000);
  turn(10_000, 1);
  now += 61_000;
  expect(come(2_000).letIn).toBe(1_000);
});

test('who has to wait is told when it may be their turn, by how fast others came in', () => {
  expect(come(1_000 + 900).wait).toBe(2 + 900 / 300);
  // A hundred a second come in, for three seconds, and after ten more as many wait no longer as that lets expect.
  for (let second = 0; second < 3; second++) {
    now += 1_000;
    turn(20);
    come(100);
  }
  now += 10_000;
  const perSecond = (300 + 300) / 14;
  const waiting = 900 - 13 * perSecond + 200;
  expect(come(200).wait).toBe(Math.round(2 + waiting / perSecond));
  expect(come(100_000).wait).toBe(60);
});

test('the next rush has a queue of its own', () => {
  come(20_000);
  turn(10_000, 1);
  now += 61_000;
  expect(come(1_600).wait).toBe(2 + 600 / 300);
});

test('by itself it looks at the loop of this process', async () => {
  const own = new Admission();
  while (own.ask(null) === 0);
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
  expect(own.ask(null)).toBe(0);
});
