import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkOutCommitted, checkOutQueued, companion, type Companion } from '@exco/contracts';
import { coarse } from './pause.ts';
import { crowdMilliseconds } from './retry.ts';
import { now } from './stage.ts';
import type { Student } from './student.ts';

const companions = z.array(companion);
const checkOutAnswer = z.union([checkOutCommitted, checkOutQueued]);
const triesOfList = 5;
const triesOfCheckOut = 60;
/** The last ones leave a little before the minute is over. */
const share = 0.9;
/** Has opened the page anew meanwhile, and knows of nobody. */
const oneInReloads = 10;

/** The prompt over the stream: me and those I brought, all of them preselected. @throws GaveUp */
export async function checkOutPage(student: Student): Promise<void> {
  const { part, stage, page } = student;
  const known = student.random() * oneInReloads < 1 ? null : student.companions;
  const list = known?.map((userId) => ({ userId, checkedOutAt: null })) ?? (await askForList(student));
  if (!list) return;
  stage.recorder.log.lists.push({ actorId: part.userId, userIds: list.map(({ userId }) => userId) });
  // In seconds of this run, not slowed down by the pace: “within a minute” is the product’s own figure.
  const pace = Math.max(stage.direction.pace, 0.001);
  const pressedAt = await student.think(0, (stage.direction.leaveWithinSeconds * share) / pace);
  const asked = list.filter(({ checkedOutAt }) => checkedOutAt === null).map(({ userId }) => userId);
  const broughtNobody = asked.length === 1 && asked[0] === part.userId;
  if (asked.length === 0 || (broughtNobody && student.attendance?.checkedOutAt)) return;
  await page.ask({
    step: 'check-out', method: 'POST', path: `${student.path}/check-outs`, body: { userIds: asked },
    intendedAt: pressedAt, tries: triesOfCheckOut, schema: checkOutAnswer,
    tried: (sentAt, answeredAt, status, answer) => {
      const results = answer?.results.map((result) => ({
        userId: result.userId,
        outcome: result.outcome,
        checkedOutAt: 'checkedOutAt' in result ? Date.parse(result.checkedOutAt) : null,
      }));
      stage.recorder.log.checkOuts.push({ actorId: part.userId, sentAt, answeredAt, status, asked, results: results ?? null });
      if (answer) stage.recorder.count('out');
    },
  });
}

/** When so many ask at the same moment each waits a random while. @throws GaveUp */
async function askForList({ page, path, random, live }: Student): Promise<Companion[] | null> {
  const milliseconds = coarse(random() * crowdMilliseconds(live.shows?.watching ?? 0));
  const intendedAt = now() + milliseconds;
  await sleep(milliseconds);
  const { body } = await page.ask({
    step: 'check-out list', method: 'GET', path: `${path}/check-outs`, intendedAt, tries: triesOfList, schema: companions,
  });
  return body;
}
