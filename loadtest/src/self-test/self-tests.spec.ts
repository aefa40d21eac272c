import type { Summary } from '../report/summary.ts';
import type { ViolationKind } from '../checks/findings.ts';
import { selfTests, objection, type SelfTest } from './self-tests.ts';

function ended(outcome: Summary['verdict']['outcome'], kinds: ViolationKind[] = [], failing: string[] = []): Summary {
  const checks = failing.map((what) => ({ what, target: '', measured: '', ok: false, speed: true }));
  return {
    verdict: { outcome, checks, voidBecause: [] },
    violations: kinds.map((kind) => ({ kind, count: 1, examples: [] })),
  } as unknown as Summary;
}

const called = (plan: string) => selfTests.find(({ name }) => name.includes(plan)) as SelfTest;

test('each self-test is satisfied by the verdict that it was made for', () => {
  for (const test of selfTests) expect(objection(test, ended(test.outcome, test.violations, test.failing))).toBeNull();
});

test('the right verdict for another reason does not do', () => {
  expect(objection(called('committed row'), ended('fail', ['duplicate-row']))).toContain('not lost-row');
  expect(objection(called('committed row'), ended('fail', [], ['check-in p99']))).toContain('no violation');
  expect(objection(called('new counts'), ended('fail', ['counts-differ', 'lost-row']))).toContain('only counts-differ');
  expect(objection(called('threshold'), ended('fail', ['lost-row'], ['check-in p99']))).toContain(
    'nothing of the kind',
  );
  expect(objection(called('threshold'), ended('fail', [], ['check-in p99', 'errors']))).toContain(
    'not only for check-in p99',
  );
});

test('a fault that goes unnoticed is told', () => {
  for (const test of selfTests.filter(({ outcome }) => outcome !== 'pass'))
    expect(objection(test, ended('pass'))).toContain('must be');
  expect(objection(called('nothing'), ended('fail', ['lost-row']))).toContain('must be pass');
});
