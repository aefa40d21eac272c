import { pause } from '../terminal/pause.ts';
import type { Row } from './attendance-source.ts';
import type { Log } from './request-log.ts';

/**
 * A batch whose worker was lost with it is taken up by another after some seconds, and a check-out that came before its
 * check-in looks for it with pauses of 1, 2, 4, 8 and 16 s.
 */
const longestMilliseconds = 45_000;
const lookEveryMilliseconds = 1_000;

/** What was answered “queued”: accepted and durable, and written when the database has caught up. */
function promised({ checkIns, checkOuts }: Log) {
  const queued = (tries: readonly { results: { userId: number; outcome: string }[] | null }[]) =>
    tries
      .flatMap(({ results }) => results ?? [])
      .flatMap(({ userId, outcome }) => (outcome === 'queued' ? userId : []));
  return { in: queued(checkIns), out: queued(checkOuts) };
}

/** The rows, once all that was promised is among them, or it is clear that it never will be. */
export async function rowsWhenKept(read: () => Promise<Row[]>, log: Log): Promise<Row[]> {
  const { in: checkedIn, out: checkedOut } = promised(log);
  const deadline = Date.now() + longestMilliseconds;
  for (;;) {
    const rows = await read();
    const byUser = new Map(rows.map((row) => [row.userId, row]));
    const isKept =
      checkedIn.every((userId) => byUser.has(userId)) &&
      checkedOut.every((userId) => typeof byUser.get(userId)?.checkedOutAt === 'number');
    if (isKept || Date.now() > deadline) return rows;
    await pause(lookEveryMilliseconds);
  }
}
