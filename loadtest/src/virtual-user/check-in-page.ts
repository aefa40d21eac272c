import { z } from 'zod';
import {
  checkInCommitted,
  checkInQueued,
  classmate,
  digitCheckResults,
  eventView,
  type CheckInAnswer,
  type CheckInRequest,
  type Classmate,
  type DigitCheck,
} from '@exco/contracts';
import { groupAfterCheckIn, tries, type Measured } from '@exco/page-rules';
import type { PlannedClassmate } from '../plan/user-plan.ts';
import { measureConnection } from './connection-test.ts';
import { GaveUp } from './page.ts';
import { now } from './context.ts';
import type { Attendee } from './attendee.ts';

const classmates = z.array(classmate);
/** From the request to the end of the connection. */
const vanishesWithinMilliseconds = 40;
/** A page whose clock is a little ahead of the server’s sends once more. */
const tooEarlyMilliseconds = 1_500;
const mostTooEarly = 3;
const checkInAnswer = z.union([checkInCommitted, checkInQueued]);

/** The page with two steps: the connection, then the people. Left early when a classmate checks the student in. */
export async function checkInPage(user: Attendee): Promise<void> {
  const measured = await measureConnection(user);
  if (user.knowsToBeIn()) return;
  const present = await listClassmates(user);
  const { chosen, pressedAt } = await chooseClassmates(user, present);
  if (user.knowsToBeIn() && !user.plan.races) return;
  await checkInOn(user, chosen, measured, pressedAt);
}

/** Types the digits of classmates, as the plan says; ends early when the student is checked in meanwhile. */
export async function chooseClassmates(
  user: Attendee,
  present: ReadonlySet<number>,
): Promise<{ chosen: DigitCheck[]; pressedAt: number }> {
  const chosen: DigitCheck[] = [];
  let pressedAt = await user.thinkUnlessIn(2, 4);
  const wanted = user.plan.brings.filter(({ userId }) => !present.has(userId));
  for (const [index, classmate] of wanted.entries()) {
    if (user.knowsToBeIn()) break;
    const typedAt = await user.thinkUnlessIn(1.5, 3);
    if (user.knowsToBeIn()) break;
    const last = index === wanted.length - 1;
    if (last && user.plan.pressesEarly) {
      // The page sends along whose digits are still being checked.
      chosen.push({ userId: classmate.userId, digits: classmate.mistyped ?? classmate.digits });
      void checkDigits(user, classmate, classmate.mistyped ?? classmate.digits, typedAt).catch(() => undefined);
    } else {
      const confirmed = await bring(user, classmate, typedAt);
      if (confirmed) chosen.push(confirmed);
    }
    pressedAt = now();
  }
  if (!user.plan.pressesEarly) pressedAt = await user.thinkUnlessIn(0.5, 1.5);
  return { chosen, pressedAt };
}

/** Who of the classmates is there: as the sign-in said, else by a question. */
export async function listClassmates(user: Attendee): Promise<ReadonlySet<number>> {
  if (user.present) return user.present;
  const { body } = await user.page.ask({
    step: 'classmates',
    method: 'GET',
    path: `${user.path}/classmates?search=`,
    intendedAt: now(),
    tries: tries.classmates,
    schema: classmates,
  });
  return presentOf(user, body ?? []);
}

export function presentOf(user: Attendee, listed: readonly Classmate[]): ReadonlySet<number> {
  if (listed.length !== user.plan.classmates)
    user.context.recorder.error(
      'classmates: not those of the roster',
      `${listed.length} instead of ${user.plan.classmates}`,
    );
  return new Set(listed.filter(({ checkedIn }) => checkedIn).map(({ id }) => id));
}

/** Types a classmate's digits, mistyped ones first where the plan says so. */
async function bring(
  user: Attendee,
  { mistyped, ...classmate }: PlannedClassmate,
  typedAt: number,
): Promise<DigitCheck | null> {
  let at = typedAt;
  if (mistyped !== null) {
    await checkDigits(user, classmate, mistyped, at);
    if (!user.plan.triesAgain) return null;
    at = await user.thinkUnlessIn(1, 2);
    if (user.knowsToBeIn()) return null;
  }
  const comes = await checkDigits(user, classmate, classmate.digits, at);
  return comes ? { userId: classmate.userId, digits: classmate.digits } : null;
}

/** Whether the page then takes this classmate along. */
async function checkDigits(
  user: Attendee,
  { userId, digits: right }: Pick<PlannedClassmate, 'userId' | 'digits'>,
  digits: string,
  intendedAt: number,
): Promise<boolean> {
  try {
    const { body } = await user.page.ask({
      step: 'digit check',
      method: 'POST',
      path: `${user.path}/digit-checks`,
      body: { checks: [{ userId, digits }] },
      intendedAt,
      tries: tries.digitCheck,
      schema: digitCheckResults,
    });
    const outcome = body?.results[0]?.outcome;
    if (!outcome) return false;
    const isRight = digits === right;
    if (isRight === (outcome === 'wrong-digits'))
      user.context.recorder.error(
        'digit check: wrong verdict',
        `“${outcome}” for ${isRight ? 'right' : 'wrong'} digits of ${userId}`,
      );
    return outcome === 'match';
  } catch (error) {
    if (!(error instanceof GaveUp)) throw error;
    // Unchecked: the check-in itself will tell.
    return true;
  }
}

/** Sends the check-in, with mistyped digits of one's own first where the plan says so. @throws GaveUp */
export async function checkInOn(
  user: Attendee,
  chosen: DigitCheck[],
  connection: Measured,
  intendedAt: number,
): Promise<void> {
  const { plan } = user;
  let at = intendedAt;
  if (plan.mistyped !== null) {
    const refused = await send(user, { digits: plan.mistyped, classmates: chosen, connection }, at);
    if (refused) user.context.recorder.error('check-in: wrong digits accepted', `${plan.userId} with ${plan.mistyped}`);
    at = await user.thinkUnlessIn(1, 3);
    if (user.knowsToBeIn() && !plan.races) return;
  }
  const request = { digits: plan.digits, classmates: chosen, connection };
  if (plan.vanishes) {
    await vanish(user, request);
    if (user.knowsToBeIn()) return;
    at = now();
  }
  await checkInAs(user, request, at);
}

/** The browser is closed in the middle of the request; its answer is never read, and the page is opened again. */
async function vanish(user: Attendee, request: CheckInRequest): Promise<void> {
  const sentAt = Date.now();
  await user.page.abandon(`${user.path}/check-ins?stream=1`, request, user.random() * vanishesWithinMilliseconds);
  logTry(user, request, { sentAt, answeredAt: 0, status: 0, answer: null });
  const { body } = await user.page.ask({
    step: 'reload',
    method: 'GET',
    path: user.path,
    intendedAt: await user.think(2, 6),
    tries: tries.event,
    schema: eventView,
  });
  if (body?.attendance) user.told(body.attendance, false);
}

const checkInAs = (user: Attendee, request: CheckInRequest, intendedAt: number): Promise<void> =>
  user.acting(() => sendUntilOpen(user, request, intendedAt));

async function sendUntilOpen(user: Attendee, request: CheckInRequest, intendedAt: number): Promise<void> {
  let answer = await send(user, request, intendedAt);
  for (let early = 1; !answer && early <= mostTooEarly; early++)
    answer = await send(user, request, await user.wait(tooEarlyMilliseconds));
  if (!answer) throw new GaveUp('check-in');
  const { userId } = user.plan;
  const mine = answer.results.find((result) => result.userId === userId);
  const written = mine && 'checkedInAt' in mine ? mine : null;
  user.group = groupAfterCheckIn(answer, userId);
  user.knowsStream = answer.stream !== undefined;
  user.isIn(
    user.attendance ?? {
      checkedInAt: written?.checkedInAt ?? new Date().toISOString(),
      checkedInBy: written?.checkedInBy ?? { id: userId, displayName: '' },
      checkedOutAt: null,
      checkedOutBy: null,
      committed: answer.committed,
      revision: answer.committed ? 1 : 0,
    },
  );
}

/** Within the uncertainty of the page's clock: later a 409 is an error. */
function isJustOpening(user: Attendee): boolean {
  const since = user.serverNow() - Date.parse(user.event?.opensAt ?? '');
  return Math.abs(since) < tooEarlyMilliseconds;
}

/** Null when the student's own digits were refused, or check-in is not open yet. @throws GaveUp */
async function send(user: Attendee, request: CheckInRequest, intendedAt: number): Promise<CheckInAnswer | null> {
  const { plan, context } = user;
  const { body } = await user.page.ask({
    step: 'check-in',
    method: 'POST',
    path: `${user.path}/check-ins?stream=1`,
    body: request,
    intendedAt,
    tries: tries.checkIn,
    schema: checkInAnswer,
    alsoFine: [...(request.digits === plan.digits ? [] : [422]), ...(isJustOpening(user) ? [409] : [])],
    tried: (sentAt, answeredAt, status, answer) => {
      logTry(user, request, { sentAt, answeredAt, status, answer });
      if (!answer) return;
      context.recorder.count('checkIns');
      context.recorder.count(
        'rows',
        answer.results.filter(({ outcome }) => outcome === 'checked-in' || outcome === 'queued').length,
      );
    },
  });
  return body;
}

function logTry(
  { plan, context }: Attendee,
  request: CheckInRequest,
  {
    sentAt,
    answeredAt,
    status,
    answer,
  }: { sentAt: number; answeredAt: number; status: number; answer: CheckInAnswer | null },
): void {
  const rightDigits = new Map(plan.brings.map(({ userId, digits }) => [userId, digits]));
  const { kbps, bytes } = request.connection;
  context.recorder.log.checkIns.push({
    actorId: plan.userId,
    sentAt,
    answeredAt,
    status,
    kbps,
    bytes,
    asked: [
      { userId: plan.userId, right: request.digits === plan.digits },
      ...request.classmates.map(({ userId, digits }) => ({ userId, right: rightDigits.get(userId) === digits })),
    ],
    results:
      answer?.results.map((result) => ({
        userId: result.userId,
        outcome: result.outcome,
        checkedInAt: 'checkedInAt' in result ? Date.parse(result.checkedInAt) : null,
        checkedInBy: 'checkedInBy' in result ? result.checkedInBy.id : null,
      })) ?? null,
  });
}
