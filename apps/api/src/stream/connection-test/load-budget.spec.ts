import { ApiError } from '../../infrastructure/http/api-error.ts';
import { LoadBudget } from './load-budget.ts';

const wholeTest = 1_300_000;
const refusal = (retryAfter: unknown) =>
  expect.objectContaining({ name: ApiError.name, code: 'TOO_MANY_REQUESTS', retryAfter }) as ApiError;

test('several whole tests a minute, then a wait until the minute is over', () => {
  const budget = new LoadBudget();
  for (let test = 0; test < 9; test++) budget.spend(7, wholeTest, 1_000);
  expect(() => budget.spend(7, wholeTest, 31_000)).toThrow(refusal(30));
  budget.spend(7, wholeTest, 61_000);
});

test('what was refused is not counted', () => {
  const budget = new LoadBudget();
  for (let test = 0; test < 9; test++) budget.spend(7, wholeTest, 0);
  expect(() => budget.spend(7, wholeTest, 1)).toThrow(refusal(60));
  budget.spend(7, 64_000, 2);
});

test('by session: a classmate on the same address has their own, and all who are not signed in have one together', () => {
  const budget = new LoadBudget();
  for (let test = 0; test < 9; test++) budget.spend(7, wholeTest, 0);
  budget.spend(8, wholeTest, 1);
  for (let test = 0; test < 45; test++) budget.spend(null, wholeTest, 1);
  expect(() => {
    for (let test = 0; test < 20; test++) budget.spend(null, wholeTest, 1);
  }).toThrow();
  budget.spend(8, wholeTest, 1);
});
