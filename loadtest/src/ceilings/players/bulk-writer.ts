import mysql from 'mysql2/promise';
import { perform } from '../perform.ts';

export type BulkWriter = typeof acts;

interface Orders {
  connection: mysql.ConnectionOptions;
  /** Ascending, as the primary key wants them. */
  userIds: number[];
  /** Of events without attendance; a connection fills one after the other. */
  eventIds: number[];
  connections: number;
  rowsPerStatement: number;
  seconds: number;
}

export interface BulkFigures {
  rows: number;
  seconds: number;
  /** All events are full before the time is up: the figure is of a shorter time. */
  exhausted: boolean;
}

const acts = {
  /** The fastest that this table can be filled: long statements, hand-built, a commit each. */
  write: async ({
    connection,
    userIds,
    eventIds,
    connections,
    rowsPerStatement,
    seconds,
  }: Orders): Promise<BulkFigures> => {
    const pool = await Promise.all(Array.from({ length: connections }, () => mysql.createConnection(connection)));
    const slices = Array.from({ length: Math.floor(userIds.length / rowsPerStatement) }, (_, index) =>
      userIds.slice(index * rowsPerStatement, (index + 1) * rowsPerStatement),
    );
    const events = eventIds.values();
    const begun = performance.now();
    const until = begun + seconds * 1000;
    let rows = 0;
    await Promise.all(
      pool.map(async (one) => {
        for (const event of events)
          for (const slice of slices) {
            if (performance.now() >= until) return;
            const at = new Date().toISOString().slice(0, 23).replace('T', ' ');
            const values = slice.map((id) => `(${event},${id},'${at}',${id},4200,196608)`).join(',');
            const [{ affectedRows }] = await one.query<mysql.ResultSetHeader>(
              `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
               VALUES ${values} ON DUPLICATE KEY UPDATE user_id = user_id`,
            );
            rows += affectedRows;
          }
      }),
    );
    const elapsed = (performance.now() - begun) / 1000;
    await Promise.all(pool.map((one) => one.end()));
    return { rows, seconds: elapsed, exhausted: elapsed < seconds * 0.9 };
  },
};

perform(acts);
