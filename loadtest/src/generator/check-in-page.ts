import { z } from 'zod';
import {
  checkInCommitted,
  checkInQueued,
  classmate,
  digitCheckResult,
  type CheckInAnswer,
  type CheckInRequest,
  type DigitCheck,
} from '@exco/contracts';
import { groupAfterCheckIn, tries, type Measured } from '@exco/page-rules';
import type { Companion } from '../plan/cast.ts';
import { measureConnection } from './connection-test.ts';
import { GaveUp } from './page.ts';
import { now } from './stage.ts';
import type { Student } from './student.ts';

const classmates = z.array(classmate);
const checkInAnswer = z.union([checkInCommitted, checkInQueued]);

/** The page with two steps: the connection, then the people. Left early when a classmate checks the student in. */
export async function checkInPage(student: Student): Promise<void> {
  const measured = await measureConnection(student);
  if (student.knowsToBeIn()) return;
  const present = await listClassmates(student);
  const chosen: DigitCheck[] = [];
  let pressedAt = await student.thinkUnlessIn(2, 4);
  const wanted = student.part.companions.filter(({ userId }) => !present.has(userId));
  for (const [index, companion] of wanted.entries()) {
    if (student.knowsToBeIn()) break;
    const typedAt = await student.thinkUnlessIn(1.5, 3);
    if (student.knowsToBeIn()) break;
    const last = index === wanted.length - 1;
    if (last && student.part.impatient) {
      // The page takes along whose digits are still being checked.
      chosen.push({ userId: companion.userId, digits: companion.mistyped ?? companion.digits });
      void checkDigits(student, companion, companion.mistyped ?? companion.digits, typedAt).catch(() => undefined);
    } else {
      const confirmed = await bring(student, companion, typedAt);
      if (confirmed) chosen.push(confirmed);
    }
    pressedAt = now();
  }
  if (!student.part.impatient) pressedAt = await student.thinkUnlessIn(0.5, 1.5);
  if (student.knowsToBeIn() && !student.part.races) return;
  await checkIn(student, chosen, measured, pressedAt);
}

async function listClassmates(student: Student): Promise<Set<number>> {
  const { body } = await student.page.ask({
    step: 'classmates',
    method: 'GET',
    path: `${student.path}/classmates`,
    intendedAt: now(),
    tries: tries.classmates,
    schema: classmates,
  });
  if (body && body.length !== student.part.classmates)
    student.stage.recorder.error(
      'classmates: not those of the roster',
      `${body.length} instead of ${student.part.classmates}`,
    );
  return new Set(body?.filter(({ checkedIn }) => checkedIn).map(({ id }) => id));
}

/** Types a classmate's digits, mistyped ones first where the plan says so. */
async function bring(
  student: Student,
  { mistyped, ...companion }: Companion,
  typedAt: number,
): Promise<DigitCheck | null> {
  let at = typedAt;
  if (mistyped !== null) {
    await checkDigits(student, companion, mistyped, at);
    if (!student.part.triesAgain) return null;
    at = await student.thinkUnlessIn(1, 2);
    if (student.knowsToBeIn()) return null;
  }
  const comes = await checkDigits(student, companion, companion.digits, at);
  return comes ? { userId: companion.userId, digits: companion.digits } : null;
}

/** Whether the page then takes this classmate along. */
async function checkDigits(
  student: Student,
  { userId, digits: right }: Pick<Companion, 'userId' | 'digits'>,
  digits: string,
  intendedAt: number,
): Promise<boolean> {
  try {
    const { body } = await student.page.ask({
      step: 'digit check',
      method: 'POST',
      path: `${student.path}/digit-checks`,
      body: { userId, digits },
      intendedAt,
      tries: tries.digitCheck,
      schema: digitCheckResult,
    });
    if (!body) return false;
    const isRight = digits === right;
    if (isRight === (body.outcome === 'wrong-digits'))
      student.stage.recorder.error(
        'digit check: wrong verdict',
        `“${body.outcome}” for ${isRight ? 'right' : 'wrong'} digits of ${userId}`,
      );
    return body.outcome === 'match';
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    // Unchecked: the check-in itself will tell.
    return true;
  }
}

async function checkIn(
  student: Student,
  chosen: DigitCheck[],
  connection: Measured,
  intendedAt: number,
): Promise<void> {
  const { part } = student;
  if (part.mistyped !== null) {
    const refused = await send(student, { digits: part.mistyped, classmates: chosen, connection }, intendedAt);
    if (refused)
      student.stage.recorder.error('check-in: wrong digits accepted', `${part.userId} with ${part.mistyped}`);
    const retypedAt = await student.thinkUnlessIn(1, 3);
    if (student.knowsToBeIn() && !part.races) return;
    return checkInAs(student, { digits: part.digits, classmates: chosen, connection }, retypedAt);
  }
  return checkInAs(student, { digits: part.digits, classmates: chosen, connection }, intendedAt);
}

async function checkInAs(student: Student, request: CheckInRequest, intendedAt: number): Promise<void> {
  const answer = await send(student, request, intendedAt);
  if (!answer) throw new GaveUp('check-in');
  const { userId } = student.part;
  const mine = answer.results.find((result) => result.userId === userId);
  const written = mine && 'checkedInAt' in mine ? mine : null;
  student.companions = groupAfterCheckIn(answer, userId);
  student.knowsStream = answer.stream !== undefined;
  student.isIn(
    student.attendance ?? {
      checkedInAt: written?.checkedInAt ?? new Date().toISOString(),
      checkedInBy: written?.checkedInBy ?? { id: userId, displayName: '' },
      checkedOutAt: null,
      checkedOutBy: null,
      committed: answer.committed,
      revision: answer.committed ? 1 : 0,
    },
  );
}

/** Null when the student's own digits were refused. @throws GaveUp */
async function send(student: Student, request: CheckInRequest, intendedAt: number): Promise<CheckInAnswer | null> {
  const { part, stage } = student;
  const rightDigits = new Map(part.companions.map(({ userId, digits }) => [userId, digits]));
  const asked = [
    { userId: part.userId, right: request.digits === part.digits },
    ...request.classmates.map(({ userId, digits }) => ({ userId, right: rightDigits.get(userId) === digits })),
  ];
  const { kbps, bytes } = request.connection;
  const { body } = await student.page.ask({
    step: 'check-in',
    method: 'POST',
    path: `${student.path}/check-ins?stream=1`,
    body: request,
    intendedAt,
    tries: tries.checkIn,
    schema: checkInAnswer,
    alsoFine: request.digits === part.digits ? [] : [422],
    tried: (sentAt, answeredAt, status, answer) => {
      const results = answer?.results.map((result) => ({
        userId: result.userId,
        outcome: result.outcome,
        checkedInAt: 'checkedInAt' in result ? Date.parse(result.checkedInAt) : null,
        checkedInBy: 'checkedInBy' in result ? result.checkedInBy.id : null,
      }));
      stage.recorder.log.checkIns.push({
        actorId: part.userId,
        sentAt,
        answeredAt,
        status,
        kbps,
        bytes,
        asked,
        results: results ?? null,
      });
      if (!answer) return;
      stage.recorder.count('checkIns');
      stage.recorder.count(
        'rows',
        answer.results.filter(({ outcome }) => outcome === 'checked-in' || outcome === 'queued').length,
      );
    },
  });
  return body;
}
