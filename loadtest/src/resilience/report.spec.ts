import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { judge, type Outcome } from './outcome.ts';
import { readOptions } from './options.ts';
import { documentWith, gather, notesOf, readGathered, tableOf, writeGathered } from './report.ts';

const anOutcome = (name: string, given: Partial<Outcome> = {}): Outcome => ({
  ...judge(
    { name, withoutServiceSeconds: 5 },
    {
      name,
      at: '2026-11-28T10:00:00.000Z',
      version: '0.1.0 (abc)',
      proof: 'process 7 is gone',
      requests: 1_700,
      acknowledged: 1_650,
      queued: 12,
      rows: 1_651,
      longestWithoutService: 2_140,
      longestWithout200: 3_000,
      shareFromThirdSecond: 99.5,
      all200After: 400,
      othersShare: 0.05,
    },
    [],
    {},
  ),
  ...given,
});

test('a row of the table has what was asked, what stands, what was lost, how long, and the verdict', () => {
  const [, , row] = tableOf([anOutcome('kill -9 of the API')]).split('\n');
  expect(row?.split('|').map((cell) => cell.trim())).toEqual([
    ...['', 'kill -9 of the API', '1700', '1650', '1651', '0', '0', '0', '2.1 s', 'pass', ''],
  ]);
});

test('what failed is told apart from a control that failed as it must', () => {
  const failed = { objections: ['lost' as const], reasons: ['lost-row × 1: student 7'] };
  expect(tableOf([anOutcome('kill -9 of Redis', { ...failed, passed: false })])).toContain('**FAIL**: lost');
  expect(tableOf([anOutcome('control: a row', { ...failed, passed: true })])).toContain('fails, as it must: lost');
  expect(tableOf([anOutcome('control: a row', { passed: false })])).toContain('**FAIL**: nothing was found');
  expect(notesOf([anOutcome('kill -9 of Redis', failed)])).toContain('  - lost-row × 1: student 7');
});

test('time without service that a busy machine may have caused is void; a lost row never is', () => {
  const busy = { passed: false, othersShare: 0.4 };
  expect(tableOf([anOutcome('a', { ...busy, objections: ['service'] })])).toContain('void: the machine was busy');
  expect(tableOf([anOutcome('a', { ...busy, objections: ['service', 'lost'] })])).toContain('**FAIL**: service, lost');
  expect(tableOf([anOutcome('a', { ...busy, othersShare: 0.1, objections: ['service'] })])).toContain('**FAIL**');
});

test('several runs come together: the newest of each experiment, in the order of all', () => {
  const earlier = [anOutcome('b', { rows: 1 }), anOutcome('a'), anOutcome('no longer there')];
  const together = gather(earlier, [anOutcome('b', { rows: 2 })], ['a', 'b', 'c']);
  expect(together.map(({ name, rows }) => [name, rows])).toEqual([
    ['a', 1_651],
    ['b', 2],
  ]);
});

const machine = {
  ...{ cores: 2, processor: 'a processor', memoryGigabytes: 8, system: 'a system', node: 'v24.0.0', loadBefore: 0 },
};
const gatheredOf = (name: string, hosts: boolean) => ({
  hosts,
  studentsPerSecond: 100,
  machine,
  outcomes: [anOutcome(name)],
});

test('the document names date, version and machine', () => {
  for (const hosts of [false, true]) {
    const text = documentWith('', gatheredOf('a', hosts));
    for (const part of ['2026-11-28', '0.1.0 (abc)', '2 × a processor', 'struck: process 7 is gone', '99.5 %'])
      expect(text).toContain(part);
  }
});

test('each kind of experiments replaces its own part of the document, and leaves the other as it is', () => {
  const one = documentWith('', gatheredOf('on one', false));
  const both = documentWith(one, gatheredOf('on several', true));
  expect(both.startsWith(one)).toBe(true);
  expect(documentWith(both, gatheredOf('on several', true))).toBe(both);
  expect(documentWith(both, gatheredOf('on one', false))).toBe(both);
  const newer = documentWith(both, gatheredOf('newer', false));
  expect(newer).toContain('**newer**');
  expect(newer).not.toContain('**on one**');
  expect(newer.slice(newer.indexOf('## On several hosts'))).toBe(both.slice(both.indexOf('## On several hosts')));
});

test('outcomes of one kind are not gathered with those of the other', () => {
  const folder = mkdtempSync(join(tmpdir(), 'exco-gathered-'));
  const file = join(folder, 'gathered.json');
  try {
    expect(readGathered(file, true)).toEqual([]);
    writeGathered(file, gatheredOf('a', true));
    expect(readGathered(file, true)).toHaveLength(1);
    expect(() => readGathered(file, false)).toThrow('several hosts');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('options that are not understood are told', () => {
  expect(readOptions(['--only', 'redis', '--rate', '50'])).toMatchObject({ only: /redis/i, studentsPerSecond: 50 });
  expect(readOptions(['--hosts'])).toMatchObject({ hosts: true });
  expect(readOptions([])).toMatchObject({ hosts: false });
  expect(readOptions(['--help'])).toBeNull();
  for (const args of [
    ['--only', '('],
    ['--rate', '5'],
    ['--students', '7'],
  ])
    expect(() => readOptions(args)).toThrow(/--/);
});
