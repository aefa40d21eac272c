import type { Summary } from '../report/summary.ts';
import type { ViolationKind } from '../truth/judge.ts';
import { controls, objection, type Control } from './controls.ts';

function ended(outcome: Summary['verdict']['outcome'], kinds: ViolationKind[] = [], failing: string[] = []): Summary {
  const checks = failing.map((what) => ({ what, target: '', measured: '', ok: false, speed: true }));
  return {
    verdict: { outcome, checks, voidBecause: [] },
    violations: kinds.map((kind) => ({ kind, count: 1, examples: [] })),
  } as unknown as Summary;
}

const called = (part: string) => controls.find(({ name }) => name.includes(part)) as Control;

test('each control is satisfied by what it was made for', () => {
  for (const control of controls)
    expect(objection(control, ended(control.outcome, control.violations, control.failing))).toBeNull();
});

test('the right verdict for another reason does not do', () => {
  expect(objection(called('swallows'), ended('fail', ['duplicate-row']))).toContain('not lost-row');
  expect(objection(called('swallows'), ended('fail', [], ['check-in p99']))).toContain('no broken promise');
  expect(objection(called('broadcaster'), ended('fail', ['counts-differ', 'lost-row']))).toContain(
    'only counts-differ',
  );
  expect(objection(called('threshold'), ended('fail', ['lost-row'], ['check-in p99']))).toContain(
    'nothing of the kind',
  );
  expect(objection(called('threshold'), ended('fail', [], ['check-in p99', 'errors']))).toContain(
    'not for check-in p99',
  );
});

test('a sabotage that goes unnoticed is told', () => {
  for (const control of controls.filter(({ outcome }) => outcome !== 'pass'))
    expect(objection(control, ended('pass'))).toContain('must be');
  expect(objection(called('nothing'), ended('fail', ['lost-row']))).toContain('must be pass');
});
