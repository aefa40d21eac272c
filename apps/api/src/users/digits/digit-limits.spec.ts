import { Logger } from '@nestjs/common';
import { aRedis, eventually } from '@exco/testing';
import { Metrics } from '../../infrastructure/observability/metrics.ts';
import { RedisConnections } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import type { Roster, Student } from '../roster/roster.ts';
import { DigitLimits } from './digit-limits.ts';
import { DigitsService } from './digits.service.ts';

type Server = Awaited<ReturnType<typeof aRedis>>;

let redis: Server;
const stop: (() => void)[] = [];
beforeAll(async () => {
  Logger.overrideLogger(false);
  redis = await aRedis();
});
afterEach(() => {
  for (const one of stop.splice(0)) one();
});
afterAll(() => redis.close());

const minute = 60_000;

/** A process with a clock of its own, which `pass` moves. */
async function aProcess() {
  const connections = new RedisConnections(redis.url);
  const signals = new SignalBus(connections, new Metrics());
  signals.onModuleInit();
  let passed = 0;
  const clock = { now: () => Date.now() + passed, monotonic: () => performance.now() + passed };
  const limits = new DigitLimits(connections, signals, clock);
  limits.onModuleInit();
  await eventually(() => expect(connections.commands.status).toBe('ready'));
  stop.push(() => connections.onApplicationShutdown());
  return { limits, connections, pass: (milliseconds: number) => (passed += milliseconds) };
}

let ids = 0;
const anId = () => (ids += 1_000);

async function miss(limits: DigitLimits, actorId: number, targetId: number, isClassmate = true): Promise<boolean> {
  if (limits.secondsLocked(actorId, targetId) > 0) return false;
  limits.note(actorId, { targetId, isClassmate });
  await limits.report(actorId, [{ targetId, isClassmate }]);
  return true;
}

/** How many of so many wrong tries are judged. */
async function judged(limits: DigitLimits, times: number, actorId: number, targetId: number): Promise<number> {
  let count = 0;
  for (let attempt = 0; attempt < times; attempt++) count += Number(await miss(limits, actorId, targetId));
  return count;
}

test('a pair has five wrong tries in ten minutes, and no other pair is touched', async () => {
  const { limits, pass } = await aProcess();
  const [actor, target] = [anId(), anId()];
  expect(await judged(limits, 8, actor, target)).toBe(5);
  expect(limits.secondsLocked(actor, target + 1)).toBe(0);
  expect(limits.secondsLocked(actor + 1, target)).toBe(0);
  pass(9 * minute);
  expect(limits.secondsLocked(actor, target)).toBeGreaterThan(0);
  pass(minute + 1_000);
  expect(limits.secondsLocked(actor, target)).toBe(0);
});

test('own digits are locked for a minute after five wrong tries, and then there are five again', async () => {
  const { limits, pass } = await aProcess();
  const me = anId();
  expect(await judged(limits, 4, me, me)).toBe(4);
  expect(limits.secondsLocked(me, me)).toBe(0);
  expect(await judged(limits, 4, me, me)).toBe(1);
  expect(limits.secondsLocked(me, me)).toBe(60);
  pass(minute + 1_000);
  expect(limits.secondsLocked(me, me)).toBe(0);
  expect(await judged(limits, 8, me, me)).toBe(5);
});

test('whoever knows a username locks nobody out: own digits are counted by session, and by student where a link is needed', async () => {
  const { limits } = await aProcess();
  const { students, roster } = aClassOf(2);
  const [me] = students as [Student];
  const tryIn = async (SIGN_IN: 'username' | 'signed', session: string, digits: string) =>
    (await new DigitsService(roster, limits, { SIGN_IN }).verify(me, session, [{ userId: me.id, digits }]))[0]?.outcome;
  for (let attempt = 0; attempt < 6; attempt++) await tryIn('username', 'of somebody else', wrong(me.digits));
  expect(await tryIn('username', 'of somebody else', me.digits)).toBe('locked');
  expect(await tryIn('username', 'of the owner', me.digits)).toBe('match');
  for (let attempt = 0; attempt < 6; attempt++) await tryIn('signed', `session ${attempt}`, wrong(me.digits));
  expect(await tryIn('signed', 'of the owner', me.digits)).toBe('locked');
});

test('a person has twenty wrong tries of all classmates in an hour; their own digits are never locked by others', async () => {
  const { limits, pass } = await aProcess();
  const [target, first] = [anId(), anId()];
  let count = 0;
  for (let classmate = 0; classmate < 125; classmate++) count += await judged(limits, 5, first + classmate, target);
  expect(count).toBe(20);
  expect(limits.secondsLocked(first + 200, target)).toBeGreaterThan(0);
  expect(limits.secondsLocked(target, target)).toBe(0);
  pass(59 * minute);
  expect(limits.secondsLocked(first + 200, target)).toBeGreaterThan(0);
  pass(minute + 1_000);
  expect(limits.secondsLocked(first + 200, target)).toBe(0);
});

test('strangers lock nobody', async () => {
  const { limits } = await aProcess();
  const [target, first] = [anId(), anId()];
  for (let stranger = 0; stranger < 30; stranger++) await miss(limits, first + stranger, target, false);
  expect(limits.secondsLocked(first + 100, target)).toBe(0);
});

test('a student has fifty wrong tries at all others in ten minutes, made-up ids among them, and one key in Redis', async () => {
  const { limits, connections } = await aProcess();
  const [actor, first] = [anId(), anId()];
  const before = await connections.commands.dbsize();
  let count = 0;
  for (let target = 0; target < 200; target++) count += Number(await miss(limits, actor, first + target, false));
  expect(count).toBe(50);
  expect(limits.secondsLocked(actor, actor)).toBe(0);
  expect((await connections.commands.dbsize()) - before).toBeLessThanOrEqual(2);
});

test('every lock is told the same', async () => {
  const { limits } = await aProcess();
  const [actor, first, target] = [anId(), anId(), anId()];
  await judged(limits, 5, actor, target);
  for (let one = 0; one < 200; one++) await miss(limits, first, first + 1 + one, false);
  for (let classmate = 0; classmate < 4; classmate++) await judged(limits, 5, first + 500 + classmate, target);
  const told = [
    limits.secondsLocked(actor, target),
    limits.secondsLocked(first, target + 1),
    limits.secondsLocked(first + 900, target),
  ];
  expect(told).toEqual([60, 60, 60]);
});

test('tries on several processes count together, and a lock is known to all, and to one that starts later', async () => {
  const [one, other] = [(await aProcess()).limits, (await aProcess()).limits];
  const [actor, target] = [anId(), anId()];
  await judged(one, 3, actor, target);
  await judged(other, 2, actor, target);
  await eventually(() => expect(one.secondsLocked(actor, target)).toBeGreaterThan(0));
  expect(other.secondsLocked(actor, target)).toBeGreaterThan(0);
  const late = (await aProcess()).limits;
  await eventually(() => expect(late.secondsLocked(actor, target)).toBeGreaterThan(0));
});

test('without Redis each process counts on its own', async () => {
  const { limits } = await aProcess();
  await redis.process.stop();
  try {
    expect(await judged(limits, 8, anId(), anId())).toBe(5);
  } finally {
    await redis.process.start();
  }
});

/** A class of so many, each with digits of their own. */
function aClassOf(size: number) {
  const section = { id: anId(), name: '7B', size, members: () => [] };
  const students = Array.from({ length: size }, (_, index): Student => ({
    id: section.id + index,
    displayName: `Student ${index}`,
    digits: String(1_000 + index),
    classes: [section],
  }));
  const byId = new Map(students.map((student) => [student.id, student]));
  const roster = { student: (id: number) => byId.get(id), shareClass: () => true } as unknown as Roster;
  return { students, roster };
}

const wrong = (digits: string) => String(9_999 - Number(digits));

test('one request judges its tries one after the other: fifty wrong ones, whatever else it holds', async () => {
  const { limits } = await aProcess();
  const { students, roster } = aClassOf(201);
  const digits = new DigitsService(roster, limits, { SIGN_IN: 'username' });
  const [me, ...others] = students as [Student, ...Student[]];
  const verdicts = await digits.verify(
    me,
    'a session',
    others.map((one) => ({ userId: one.id, digits: wrong(one.digits) })),
  );
  expect(verdicts.filter(({ outcome }) => outcome === 'wrong-digits')).toHaveLength(50);
  expect(verdicts.filter(({ outcome }) => outcome === 'locked')).toHaveLength(150);
});

test('a class of thirty in which everybody types all others, a tenth of them wrong, meets no limit', async () => {
  const { limits } = await aProcess();
  const { students, roster } = aClassOf(30);
  const digits = new DigitsService(roster, limits, { SIGN_IN: 'username' });
  const outcomes = new Set<string>();
  for (const me of students)
    for (const [index, one] of students.entries()) {
      if (one === me) continue;
      const isWrong = (index + students.indexOf(me)) % 10 === 0;
      const tries = isWrong ? [wrong(one.digits), one.digits] : [one.digits];
      for (const typed of tries)
        for (const { outcome } of await digits.verify(me, 'a session', [{ userId: one.id, digits: typed }]))
          outcomes.add(outcome);
    }
  expect([...outcomes].sort()).toEqual(['match', 'wrong-digits']);
});
