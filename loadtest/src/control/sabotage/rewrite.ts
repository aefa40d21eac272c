/** A worker with which the last check-in of a student wins, not the first. */
import { replaceMethod, runs } from './replace-method.ts';
import { repository, type CheckIn } from './repository.ts';

interface Repository {
  database: { query(sql: string, values: unknown[]): Promise<unknown> };
}

if (runs('worker.js'))
  await replaceMethod<CheckIn>(
    ...repository,
    (original) =>
      async function (this: unknown, eventId, rows) {
        const written = await original.call(this, eventId, rows);
        const { database } = this as Repository;
        for (const [userId, byId, at] of rows)
          await database.query(
            'UPDATE attendances SET checked_in_at = ?, checked_in_by = ? WHERE live_event_id = ? AND user_id = ?',
            [new Date(at), byId, eventId, userId],
          );
        return written;
      },
  );
