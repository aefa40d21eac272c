import { z } from 'zod';
import { checkOutCommitted, checkOutQueued, companion } from '@exco/contracts';
import type { Student } from './student.ts';

const companions = z.array(companion);
const checkOutAnswer = z.union([checkOutCommitted, checkOutQueued]);
const triesOfList = 5;
const triesOfCheckOut = 60;
/** The last ones leave a little before the minute is over. */
const share = 0.9;

/** The prompt over the stream: me and those I brought, all of them preselected. @throws GaveUp */
export async function checkOutPage(student: Student, intendedAt: number): Promise<void> {
  const { part, stage, page } = student;
  const { body: list } = await page.ask({
    step: 'check-out list', method: 'GET', path: `${student.path}/check-outs`, intendedAt, tries: triesOfList, schema: companions,
  });
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
