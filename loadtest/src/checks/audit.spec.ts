import { checkAudit, type AuditEntry } from './audit.ts';
import { Findings, type ViolationKind } from './findings.ts';
import { emptyLog, type CheckInTry, type Log } from './request-log.ts';

const aTry = (change: Partial<CheckInTry> = {}): CheckInTry => ({
  actorId: 1,
  sentAt: 1,
  answeredAt: 2,
  status: 200,
  kbps: 4_200,
  bytes: 192_000,
  asked: [
    { userId: 1, right: true },
    { userId: 2, right: true },
  ],
  results: [],
  ...change,
});
const entry = (actorId: number | null, userId: number, kind: AuditEntry['kind'] = 'check-in'): AuditEntry => ({
  kind,
  actorId,
  userId,
});

function kinds(
  entries: AuditEntry[],
  log: Partial<Log>,
  corrected: { userId: number; changed: boolean }[] = [],
): ViolationKind[] {
  const found = new Findings();
  checkAudit(entries, { ...emptyLog(), ...log }, corrected, found);
  return found.all().map(({ kind }) => kind);
}

const both = [entry(1, 1), entry(1, 2)];

test('every student of an answered check-in has one entry', () => {
  expect(kinds(both, { checkIns: [aTry()] })).toEqual([]);
  expect(kinds([entry(1, 1)], { checkIns: [aTry()] })).toEqual(['audit-missing']);
  expect(kinds([...both, entry(1, 2)], { checkIns: [aTry()] })).toEqual(['audit-doubled']);
  expect(kinds([...both, entry(3, 2)], { checkIns: [aTry()] })).toEqual(['audit-without-request']);
});

test('a request whose answer never came may have an entry or none', () => {
  const lost = aTry({ status: 0, answeredAt: 0, results: null });
  expect(kinds([], { checkIns: [lost] })).toEqual([]);
  expect(kinds(both, { checkIns: [lost] })).toEqual([]);
  expect(kinds([...both, ...both], { checkIns: [lost] })).toEqual(['audit-doubled']);
});

test('a refused request has one entry, about its sender; overload has none', () => {
  expect(kinds([entry(1, 1)], { checkIns: [aTry({ status: 422, results: null })] })).toEqual([]);
  expect(kinds([], { checkIns: [aTry({ status: 503, results: null })] })).toEqual([]);
  expect(kinds([], { checkIns: [aTry({ status: 422, results: null })] })).toEqual(['audit-missing']);
});

test('every correction that changed something has its entry, and digit checks are not compared', () => {
  const corrected = [true, false, true].map((changed) => ({ userId: 5, changed }));
  const twice = [entry(null, 5, 'correction'), entry(null, 5, 'correction'), entry(1, 9, 'digit-check')];
  expect(kinds(twice, {}, corrected)).toEqual([]);
  expect(kinds(twice.slice(1), {}, corrected)).toEqual(['audit-missing']);
  expect(kinds([...twice, entry(null, 5, 'correction')], {}, corrected)).toEqual(['audit-doubled']);
});
