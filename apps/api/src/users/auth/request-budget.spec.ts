import { RequestBudget } from './request-budget.ts';

function aBudget() {
  let now = 0;
  const budget = new RequestBudget({ now: () => now, monotonic: () => now });
  return { budget, pass: (seconds: number) => (now += seconds * 1_000) };
}

test('one session cannot name strangers by the thousand: twelve requests of two hundred, then one in ten seconds', () => {
  const { budget, pass } = aBudget();
  const taken = () => Array.from({ length: 50 }, () => budget.spend(7, 201)).filter((seconds) => seconds === 0).length;
  expect(taken()).toBe(11);
  expect(budget.spend(7, 201)).toBe(1);
  pass(10);
  expect(taken()).toBe(1);
  expect(budget.spend(8, 201)).toBe(0);
});

test('whoever comes when they were told is served', () => {
  const { budget, pass } = aBudget();
  while (budget.spend(7, 201) === 0);
  pass(budget.spend(7, 201));
  expect(budget.spend(7, 201)).toBe(0);
});

test('a student at an opening meets no limit: two hundred digit checks, forty reloads, a check-in that is sent again and again', () => {
  const { budget, pass } = aBudget();
  const asked = (cost: number) => expect(budget.spend(7, cost)).toBe(0);
  for (let check = 0; check < 200; check++) asked(1);
  for (let reload = 0; reload < 40; reload++) for (let request = 0; request < 8; request++) asked(1);
  for (let retry = 0; retry < 12; retry++, pass(5)) asked(201);
  asked(201);
});

test('nobody is remembered who would have everything again', () => {
  const { budget, pass } = aBudget();
  for (let user = 1; user <= 100; user++) budget.spend(user, 10);
  budget.spend(1, 200);
  pass(1);
  budget.forget();
  expect(budget.size).toBe(1);
});
