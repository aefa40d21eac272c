import type { openDatabase } from '@exco/persistence';
import { many, type Say } from '../terminal/say.ts';

type Source = Awaited<ReturnType<typeof openDatabase>>;

/** Past events are a day apart, the newest ten days ago. */
const newestDaysAgo = 10;
/** Checked in, checked out, and about one digit check for every second student: what an event leaves in the audit. */
const auditKinds = [
  { kind: 'check-in', outcome: 'checked-in', oneIn: 1 },
  { kind: 'check-out', outcome: 'checked-out', oneIn: 1 },
  { kind: 'digit-check', outcome: 'match', oneIn: 2 },
];
const eventsPerStatement = 5;

/**
 * Puts past events into the database that all students of the roster attended, with counters and audit, by statements
 * that copy rows inside the server. Columns that the schema has beside these take their defaults.
 */
export async function fillHistory(database: Source, events: number, say: Say['line']): Promise<void> {
  const begun = Date.now();
  say(`Filling the database with ${many(events)} past events`);
  await database.query(
    `INSERT INTO live_events (title, stream_url, opens_at, starts_at, ends_at, closes_at, minimum_kbps)
     SELECT CONCAT('Past event ', days.n), '/demo-stream/live.m3u8', ${daysAgo} - INTERVAL 15 MINUTE, ${daysAgo},
            ${daysAgo} + INTERVAL 1 HOUR, ${daysAgo} + INTERVAL 2 HOUR, 500
     FROM (WITH RECURSIVE days (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < ?) SELECT n FROM days) AS days`,
    [events],
  );
  const ids = await database.query<{ id: number }[]>('SELECT id FROM live_events ORDER BY id');
  for (let from = 0; from < ids.length; from += eventsPerStatement) {
    const [first, last] = [ids[from]?.id, ids[Math.min(from + eventsPerStatement, ids.length) - 1]?.id];
    await database.query(
      `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, checked_out_at, checked_out_by, kbps, test_bytes)
       SELECT live_events.id, users.id, opens_at + INTERVAL users.id % 900 SECOND, users.id,
              ends_at + INTERVAL users.id % 600 SECOND, users.id, 4200, 192000
       FROM live_events JOIN users WHERE live_events.id BETWEEN ? AND ? ORDER BY live_events.id, users.id`,
      [first, last],
    );
    for (const { kind, outcome, oneIn } of auditKinds)
      await database.query(
        `INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip${await extraColumn(database)})
         SELECT live_event_id, checked_in_at, ?, ?, checked_in_by, user_id, ${await addressOf(database)}
         FROM attendances WHERE live_event_id BETWEEN ? AND ? AND user_id % ? = 0 ORDER BY live_event_id, user_id`,
        [kind, outcome, first, last, oneIn],
      );
  }
  await database.query(
    `INSERT INTO live_event_counters (live_event_id, checked_in, checked_out, revision)
     SELECT live_event_id, COUNT(*), COUNT(checked_out_at), 1 FROM attendances GROUP BY live_event_id`,
  );
  say(`${many(events)} past events after ${Math.round((Date.now() - begun) / 1000)} s`);
}

const daysAgo = `(UTC_TIMESTAMP(3) - INTERVAL (${newestDaysAgo} + days.n) DAY)`;

/** The audit keeps user agents as text, or in a table of their own. */
async function extraColumn(database: Source): Promise<string> {
  return (await hasColumn(database, 'user_agent')) ? ', user_agent' : '';
}

async function addressOf(database: Source): Promise<string> {
  return (await hasColumn(database, 'user_agent')) ? `'192.0.2.17', 'Mozilla/5.0'` : `INET6_ATON('192.0.2.17')`;
}

async function hasColumn(database: Source, name: string): Promise<boolean> {
  const found = await database.query<unknown[]>(
    `SELECT 1 FROM information_schema.columns
     WHERE table_schema = DATABASE() AND table_name = 'audit_entries' AND column_name = ?`,
    [name],
  );
  return found.length > 0;
}
