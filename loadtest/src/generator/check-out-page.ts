import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkOutCommitted, checkOutQueued, companion, type Companion } from '@exco/contracts';
import { spreadMilliseconds, tries } from '@exco/page-rules';
import { coarse } from './pause.ts';
import { now } from './stage.ts';
import type { Student } from './student.ts';

const companions = z.array(companion);
const checkOutAnswer = z.union([checkOutCommitted, checkOutQueued]);
/** The last ones leave a little before the minute is over. */
const share = 0.9;
/** Has opened the page anew, and knows of nobody. */
const oneInReloads = 10;
const prepareWithinMilliseconds = 15_000;

/** The prompt over the stream: me and those I brought, all of them preselected. @throws GaveUp */
export async function checkOutPage(student: Student): Promise<void> {
  const { part, stage, page } = student;
  const list = student.companions?.map((userId) => ({ userId, checkedOutAt: null })) ?? (await askAmongOthers(student));
  if (!list) return;
  stage.recorder.log.lists.push({ actorId: part.userId, userIds: list.map(({ userId }) => userId) });
  // In seconds of this run, not slowed down by the pace: “within a minute” is the product’s own figure.
  const pace = Math.max(stage.direction.pace, 0.001);
  const pressedAt = await student.think(0, (stage.direction.leaveWithinSeconds * share) / pace);
  const asked = list.filter(({ checkedOutAt }) => checkedOutAt === null).map(({ userId }) => userId);
  const broughtNobody = asked.length === 1 && asked[0] === part.userId;
  if (asked.length === 0 || (broughtNobody && student.attendance?.checkedOutAt)) return;
  await page.ask({
    step: 'check-out',
    method: 'POST',
    path: `${student.path}/check-outs`,
    body: { userIds: asked },
    intendedAt: pressedAt,
    tries: tries.checkOut,
    schema: checkOutAnswer,
    tried: (sentAt, answeredAt, status, answer) => {
      const results = answer?.results.map((result) => ({
        userId: result.userId,
        outcome: result.outcome,
        checkedOutAt: 'checkedOutAt' in result ? Date.parse(result.checkedOutAt) : null,
      }));
      stage.recorder.log.checkOuts.push({
        actorId: part.userId,
        sentAt,
        answeredAt,
        status,
        asked,
        results: results ?? null,
      });
      if (answer) stage.recorder.count('out');
    },
  });
}

/** On the stream: whoever does not know whom to check out asks long before the end. @throws GaveUp */
export async function prepareToLeave(student: Student): Promise<void> {
  if (student.random() * oneInReloads < 1) student.companions = null;
  if (student.companions || !student.attendance?.committed) return;
  const intendedAt = await waitAmongOthers(student, prepareWithinMilliseconds);
  if (student.isLeaving) return;
  const list = await askForList(student, intendedAt);
  student.companions ??= list?.map(({ userId }) => userId) ?? null;
}

/** Not all at the same moment. Gives the moment at which the wait ends. */
async function waitAmongOthers({ random }: Student, withinMilliseconds: number): Promise<number> {
  const milliseconds = coarse(random() * withinMilliseconds);
  const until = now() + milliseconds;
  await sleep(milliseconds);
  return until;
}

/** Everybody’s event has ended in the same moment. @throws GaveUp */
async function askAmongOthers(student: Student): Promise<Companion[] | null> {
  return askForList(student, await waitAmongOthers(student, spreadMilliseconds(student.live.shows?.watching ?? 0)));
}

/** @throws GaveUp */
async function askForList({ page, path }: Student, intendedAt: number): Promise<Companion[] | null> {
  const { body } = await page.ask({
    step: 'check-out list',
    method: 'GET',
    path: `${path}/check-outs`,
    intendedAt,
    tries: tries.checkOutList,
    schema: companions,
  });
  return body;
}
