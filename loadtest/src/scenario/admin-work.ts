import { rosterCsv } from '@exco/testing';
import type { Admin } from '../system/admin.ts';
import { pause } from '../terminal/pause.ts';

/** One kind of work that admins did while students came. */
export interface AdminWork {
  what: string;
  times: number;
  longestMilliseconds: number;
}

const everyMilliseconds = 1_000;
/** Of an import: new students in a class of their own, so that each one changes the roster and no list of classmates. */
const importedStudents = 1_000;
/** So many of the newest events are looked through for one that is over. */
const listed = 200;

/**
 * An import, the reports of this event and of a past one, a page of the audit and an attempt to delete the event, one
 * after the other and again every second, from the first arrival until so many seconds later.
 * @throws Fault when one is not answered, or the event is deleted while it runs
 */
export async function doAdminWork(
  admin: Admin,
  { eventId, startedAt, withinSeconds }: { eventId: number; startedAt: number; withinSeconds: number },
): Promise<AdminWork[]> {
  await pause(Math.max(0, startedAt - Date.now()));
  const past = (await admin.events(listed)).find(({ state }) => state === 'closed');
  const done = new Map<string, AdminWork>();
  const measured = async (what: string, work: () => Promise<unknown>) => {
    const begun = performance.now();
    await work();
    const one = done.get(what) ?? { what, times: 0, longestMilliseconds: 0 };
    one.times++;
    one.longestMilliseconds = Math.max(one.longestMilliseconds, performance.now() - begun);
    done.set(what, one);
  };
  const until = startedAt + withinSeconds * 1_000;
  for (let round = 0; Date.now() < until; round++) {
    const nextAt = Date.now() + everyMilliseconds;
    await measured(`imports of ${importedStudents} students`, () => admin.importRoster(visitors(startedAt, round)));
    await measured('reports of the event', () => admin.attendance(eventId));
    if (past) await measured('reports of a past event', () => admin.attendance(past.id));
    await measured('pages of the audit', () => admin.audit(eventId, null));
    await measured('deletions of the event, refused', () => admin.deleteRunning(eventId));
    await pause(Math.max(0, nextAt - Date.now()));
  }
  return [...done.values()];
}

function visitors(run: number, round: number): string {
  const className = `Visitors ${run} ${round}`;
  return rosterCsv(
    Array.from({ length: importedStudents }, (_, index) => ({
      username: `visitor${run}.${round}x${String(index).padStart(4, '0')}`,
      displayName: `Visitor ${index}`,
      className,
    })),
  );
}
