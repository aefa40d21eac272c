import { selfTests } from '../self-test/self-tests.ts';
import { violationKinds, type ViolationKind } from '../checks/findings.ts';
import { experiments } from './experiments.ts';
import type { Experiment } from './fault.ts';
import { experimentsOnHosts } from './hosts/experiments.ts';
import { judge } from './outcome.ts';

const anExperiment: Experiment = {
  name: 'kill -9 of the worker',
  forSeconds: 1,
  withoutServiceSeconds: 5,
  strike: () => ({ proof: () => 'it is gone', mend: () => undefined }),
};
const seen = {
  name: anExperiment.name,
  at: '2026-11-28T10:00:00.000Z',
  version: '0.1.0',
  proof: 'process 7 is gone' as string | null,
  requests: 100,
  acknowledged: 100,
  queued: 0,
  rows: 100,
  longestWithoutService: 4_900,
  longestWithout200: 4_900,
  shareFromThirdSecond: null,
  all200After: 0,
  othersShare: 0.05,
};
const violation = (kind: ViolationKind, count = 1) => ({ kind, count, examples: ['student 7'] });

test('a fault that struck and harmed nobody passes', () => {
  expect(judge(anExperiment, seen, [], {})).toMatchObject({ passed: true, objections: [], reasons: [] });
});

test('each broken promise fails, and the table says how many', () => {
  const found = [violation('lost-row', 3), violation('duplicate-row', 2), violation('changed-row')];
  expect(judge(anExperiment, seen, found, {})).toMatchObject({
    passed: false,
    ...{ lost: 3, doubled: 2, changed: 1 },
    objections: ['lost', 'doubled', 'changed'],
  });
  for (const kind of Object.keys(violationKinds) as ViolationKind[])
    expect(judge(anExperiment, seen, [violation(kind)], {}).passed).toBe(false);
});

test('a fault of which nothing shows that it struck fails', () => {
  expect(judge(anExperiment, { ...seen, proof: null }, [], {}).objections).toEqual(['not struck']);
});

test('too long without service fails', () => {
  expect(judge(anExperiment, { ...seen, longestWithoutService: 5_001 }, [], {}).objections).toEqual(['service']);
});

test('a machine that was busy with something else is named beside a time that is too long', () => {
  const slow = { ...seen, longestWithoutService: 5_001, othersShare: 0.4 };
  expect(judge(anExperiment, slow, [], {}).reasons.join()).toContain('other programs used 40 % of the machine');
});

test('whoever gave up at the first page need not be told of the end; anybody else must be', () => {
  const errors = (told: number) => ({
    'event: given up': { count: 3, example: '' },
    'live connection: not told of the end': { count: told, example: '' },
  });
  expect(judge(anExperiment, seen, [], errors(3)).passed).toBe(true);
  expect(judge(anExperiment, seen, [], errors(4)).passed).toBe(false);
});

test('pages may lose an answer and a connection to the fault; any other error fails, and in a rolling restart a lost answer too', () => {
  const one = { count: 1, example: '' };
  const ofTheFault = { 'check-in: no answer': one, 'live connection: lost': one, 'stream: given up': one };
  expect(judge(anExperiment, seen, [], ofTheFault)).toMatchObject({ passed: true, unanswered: 1, gaveUp: 1 });
  for (const kind of ['check-in: 500', 'live connection: seq went back', 'live connection: total fell'])
    expect(judge(anExperiment, seen, [], { [kind]: one }).objections).toEqual(['other']);
  const strict = { ...anExperiment, answersAll: true };
  expect(judge(strict, seen, [], { 'live connection: lost': one }).passed).toBe(true);
  expect(judge(strict, seen, [], { 'check-in: no answer': one }).passed).toBe(false);
});

test('the audit of a killed API process may lack its last second, and nothing else', () => {
  const missing = [violation('audit-missing')];
  expect(judge({ ...anExperiment, mayLoseAudit: true }, seen, missing, {}).passed).toBe(true);
  expect(judge(anExperiment, seen, missing, {}).objections).toEqual(['lost']);
});

test('a control passes by failing for its own reasons, and for no other', () => {
  const control: Experiment = { ...anExperiment, mustFail: ['lost'] };
  expect(judge(control, seen, [violation('lost-row')], {}).passed).toBe(true);
  expect(judge(control, seen, [], {}).passed).toBe(false);
  expect(judge(control, seen, [violation('duplicate-row')], {}).passed).toBe(false);
  const both = [violation('lost-row'), violation('changed-row')];
  expect(judge(control, seen, both, {}).passed).toBe(false);
  expect(judge({ ...control, mayAlsoFail: ['changed'] }, seen, both, {}).passed).toBe(true);
});

test('experiments have names of their own, and the controls break what the self-tests break', () => {
  for (const kind of [experiments, experimentsOnHosts(null)]) {
    const names = kind.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  }
  const known = new Set(selfTests.map(({ database }) => database));
  const falsified = experiments.flatMap(({ falsifies = [] }) => falsifies);
  expect(falsified.length).toBeGreaterThan(0);
  expect(falsified.filter((fault) => !known.has(fault))).toEqual([]);
});
