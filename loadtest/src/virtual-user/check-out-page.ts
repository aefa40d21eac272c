import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { checkOutCommitted, checkOutQueued, companion, type Companion } from '@exco/contracts';
import { spreadMilliseconds, tries } from '@exco/page-rules';
import { coarse } from './pause.ts';
import { now } from './context.ts';
import type { Attendee } from './attendee.ts';

const companions = z.array(companion);
const checkOutAnswer = z.union([checkOutCommitted, checkOutQueued]);
/** The last ones leave a little before the minute is over. */
const share = 0.9;
/** Has opened the page anew, and knows of nobody. */
const oneInReloads = 10;
const prepareWithinMilliseconds = 15_000;

/** The prompt over the stream: me and those I brought, all of them preselected. @throws GaveUp */
export async function checkOutPage(user: Attendee): Promise<void> {
  const { plan, context, page } = user;
  const list = user.group?.map((userId) => ({ userId, checkedOutAt: null })) ?? (await askAmongOthers(user));
  if (!list) return;
  context.recorder.log.lists.push({ actorId: plan.userId, userIds: list.map(({ userId }) => userId) });
  // In seconds of this run, not slowed down by the pace: “within a minute” is the product’s own figure.
  const pace = Math.max(context.behaviour.pace, 0.001);
  const pressedAt = await user.think(0, (context.behaviour.leaveWithinSeconds * share) / pace);
  const asked = list.filter(({ checkedOutAt }) => checkedOutAt === null).map(({ userId }) => userId);
  const broughtNobody = asked.length === 1 && asked[0] === plan.userId;
  if (asked.length === 0 || (broughtNobody && user.attendance?.checkedOutAt)) return;
  await page.ask({
    step: 'check-out',
    method: 'POST',
    path: `${user.path}/check-outs`,
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
      context.recorder.log.checkOuts.push({
        actorId: plan.userId,
        sentAt,
        answeredAt,
        status,
        asked,
        results: results ?? null,
      });
      if (answer) context.recorder.count('out');
    },
  });
}

/** On the stream: whoever does not know whom to check out asks long before the end. @throws GaveUp */
export async function prepareToLeave(user: Attendee, isLeaving: () => boolean): Promise<void> {
  if (user.random() * oneInReloads < 1) user.group = null;
  if (user.group || !user.attendance?.committed) return;
  const intendedAt = await waitAmongOthers(user, prepareWithinMilliseconds);
  if (isLeaving()) return;
  const list = await askForList(user, intendedAt);
  user.group ??= list?.map(({ userId }) => userId) ?? null;
}

/** Not all at the same moment. Gives the moment at which the wait ends. */
async function waitAmongOthers({ random }: Attendee, withinMilliseconds: number): Promise<number> {
  const milliseconds = coarse(random() * withinMilliseconds);
  const until = now() + milliseconds;
  await sleep(milliseconds);
  return until;
}

/** Everybody’s event has ended in the same moment. @throws GaveUp */
async function askAmongOthers(user: Attendee): Promise<Companion[] | null> {
  return askForList(user, await waitAmongOthers(user, spreadMilliseconds(user.live.shows?.watching ?? 0)));
}

/** @throws GaveUp */
async function askForList({ page, path }: Attendee, intendedAt: number): Promise<Companion[] | null> {
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
