import type { AdminEvent } from '@exco/contracts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { pause } from '../terminal/pause.ts';
import { many, type Say } from '../terminal/say.ts';
import type { ScenarioOptions } from '../plan/scenario-options.ts';
import type { UserPlan } from '../plan/user-plan.ts';

/** What admins did while students came, and what stands since. Times are milliseconds since 1970. */
export interface Intervened {
  /** Every correction that was answered; one that found the student as wanted changed nothing. */
  corrections: { userId: number; checkedInAt: number | null; changed: boolean }[];
  title: string;
  opensAt: number;
}

/** One student in so many is checked in by an admin, as somebody whose phone has no power. */
const oneInCorrected = 1_000;
const leastCorrected = 2;
const slowForSeconds = 8;
/** Of each second the database stands still. */
const standsStillMilliseconds = 900;

interface Order {
  system: SystemUnderTest;
  options: ScenarioOptions;
  event: AdminEvent;
  plans: readonly UserPlan[];
  startedAt: number;
  withinSeconds: number;
  say: Say;
}

/** Corrections, a change of the event and a slow database, while students come. */
export async function intervene(order: Order): Promise<Intervened> {
  const { options, event, startedAt, withinSeconds, system } = order;
  const intervened: Intervened = { corrections: [], title: event.title, opensAt: Date.parse(event.opensAt) };
  const at = (share: number) => startedAt + share * withinSeconds * 1_000;
  const until = (moment: number) => pause(Math.max(0, moment - Date.now()));
  if (options.movesOpeningBySeconds > 0) {
    await until(intervened.opensAt - 20_000);
    intervened.opensAt += options.movesOpeningBySeconds * 1_000;
    const opensAt = new Date(intervened.opensAt).toISOString();
    order.say.line(`The host moves the opening by ${options.movesOpeningBySeconds} s`);
    await system.admin.changeEvent(event.id, { opensAt, startsAt: opensAt });
  }
  if (options.interventions) {
    await until(Math.max(at(0.3), options.profile === 'opening' ? intervened.opensAt + 1_000 : 0));
    await correctSome(order, intervened);
    await until(at(0.5));
    intervened.title = `${event.title}, the title corrected`;
    await system.admin.changeEvent(event.id, { title: intervened.title });
  }
  if (options.slowDatabase) {
    await until(at(0.6));
    await slowDown(order);
  }
  return intervened;
}

/** Of those who come last: most of them find themselves checked in. One check-in is taken back and made again. */
async function correctSome({ system, event, plans }: Order, intervened: Intervened): Promise<void> {
  const chosen = plans.slice(-Math.max(leastCorrected, Math.round(plans.length / oneInCorrected)));
  const apply = async (userId: number, kind: 'check-in' | 'revoke') => {
    const { attendance, changed } = await system.admin.correct(event.id, {
      userId,
      kind,
      reason: 'Load test: seen in the room',
    });
    intervened.corrections.push({ userId, changed, checkedInAt: attendance && Date.parse(attendance.checkedInAt) });
    return changed;
  };
  for (const [index, { userId }] of chosen.entries()) {
    const changed = await apply(userId, 'check-in');
    // What a classmate did meanwhile is not taken back: the answer that the classmate got must stay true.
    if (index > 0 || !changed) continue;
    await apply(userId, 'revoke');
    await apply(userId, 'check-in');
  }
}

/** For some seconds the database answers ten times as slowly. */
async function slowDown({ system, say }: Order): Promise<void> {
  const { database } = system;
  if (!database) return;
  say.line(`The database is slow for ${many(slowForSeconds)} s`);
  try {
    for (let second = 0; second < slowForSeconds; second++) {
      database.pause();
      await pause(standsStillMilliseconds);
      database.resume();
      await pause(1_000 - standsStillMilliseconds);
    }
  } finally {
    database.resume();
  }
}
