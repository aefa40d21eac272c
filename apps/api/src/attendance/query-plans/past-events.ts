import { LiveEvent } from '@exco/persistence';
import { aLiveEvent } from '@exco/testing';
import type { DataSource } from 'typeorm';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';

/** Events are numbered from 1: the last one holds as many as a hundred others. */
export const eventCount = 200;
export const students = 10_000;
export const largest = eventCount;
export const small = 7;

export const rowsOf = (event: number): number => Math.floor(students / (eventCount + 1 - event));

/** The id of an event by its number; 0 for one that was not made. */
export class PastEvents {
  constructor(private readonly ids: ReadonlyMap<number, number>) {}

  idOf(event: number): number {
    return this.ids.get(event) ?? 0;
  }
}

const digits = `(SELECT 0 AS d ${Array.from({ length: 9 }, (_, at) => `UNION ALL SELECT ${at + 1}`).join(' ')})`;

/** Two hundred events of very different sizes, with all that they left behind, by SQL in seconds. */
export async function fillWithPastEvents(database: DataSource): Promise<PastEvents> {
  const ids = new Map<number, number>();
  const list = new LiveEventRepository(database.getRepository(LiveEvent));
  for (let event = 1; event <= eventCount; event++) {
    const times = Object.fromEntries(
      Object.entries({ opensAt: 3, startsAt: 2, endsAt: 1, closesAt: 0 }).map(([name, hours]) => [
        name,
        new Date(Date.now() - (eventCount - event + 1) * 86_400_000 - hours * 3_600_000),
      ]),
    );
    ids.set(event, (await list.create(aLiveEvent('closed', times))).id);
  }
  await database.query(
    `INSERT INTO users (id, username, display_name, since)
     SELECT n, CONCAT('pupil', LPAD(n, 5, '0')), 'Zoë', '2020-01-01' FROM (
       SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e) AS numbers`,
  );
  await database.query(
    "INSERT INTO class_sections (id, name) SELECT id, CONCAT('Class ', id) FROM users WHERE id <= 300",
  );
  await database.query(
    "INSERT INTO enrollments (class_section_id, user_id, since) SELECT 1 + id % 300, id, '2020-01-01' FROM users",
  );
  const first = ids.get(1);
  await database.query(
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
     SELECT live_events.id, users.id, opens_at, users.id - users.id % 3 + 1, 4000, 192000
     FROM live_events JOIN users ON users.id <= FLOOR(${students} / (${eventCount} - live_events.id + ${first}))`,
  );
  await database.query(
    `INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip)
     SELECT live_event_id, checked_in_at, IF(twice.d = 0, 'check-in', 'digit-check'), IF(twice.d = 0, 'checked-in', 'match'),
            checked_in_by, user_id, INET6_ATON('192.0.2.7')
     FROM attendances JOIN (SELECT 0 AS d UNION ALL SELECT 1) AS twice ORDER BY live_event_id, user_id`,
  );
  await database.query('UPDATE live_event_counters SET checked_in = 1');
  return new PastEvents(ids);
}
