import type { LocalSystem } from '../system/local-system.ts';

type Database = LocalSystem['source'];

/** Written past the system while everybody watches, so that answers which were true are not any more. */
const faults = {
  'lost row': async (database: Database, eventId: number) => {
    await database.query('DELETE FROM attendances WHERE live_event_id = ? AND user_id = checked_in_by LIMIT 1', [
      eventId,
    ]);
    await database.query('UPDATE live_event_counters SET checked_in = checked_in - 1 WHERE live_event_id = ?', [
      eventId,
    ]);
  },
  'row without request': async (database: Database, eventId: number) => {
    await database.query(
      `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
       SELECT ?, MIN(id), UTC_TIMESTAMP(3), MIN(id), 4200, 192000 FROM users
       WHERE id NOT IN (SELECT user_id FROM attendances WHERE live_event_id = ?)`,
      [eventId, eventId],
    );
  },
  'changed row': (database: Database, eventId: number) =>
    database.query(
      'UPDATE attendances SET checked_in_at = checked_in_at + INTERVAL 1 SECOND WHERE live_event_id = ? AND user_id = checked_in_by LIMIT 1',
      [eventId],
    ),
  'lost audit entry': (database: Database, eventId: number) =>
    database.query(`DELETE FROM audit_entries WHERE live_event_id = ? AND kind = 'check-in' ORDER BY id LIMIT 1`, [
      eventId,
    ]),
  'doubled audit entry': async (database: Database, eventId: number) => {
    const columns = await database.query<{ name: string }[]>(
      `SELECT column_name AS name FROM information_schema.columns
       WHERE table_schema = DATABASE() AND table_name = 'audit_entries' AND column_name <> 'id'`,
    );
    const all = columns.map(({ name }) => name).join(', ');
    await database.query(
      `INSERT INTO audit_entries (${all})
       SELECT ${all} FROM audit_entries WHERE live_event_id = ? AND kind = 'check-in' ORDER BY id LIMIT 1`,
      [eventId],
    );
  },
};

export type DatabaseFault = keyof typeof faults | 'no primary key';

/** Before the system starts. */
export async function prepareFault(database: Database, fault: DatabaseFault | undefined): Promise<void> {
  if (fault === 'no primary key')
    await database.query(
      'ALTER TABLE attendances DROP PRIMARY KEY, ADD KEY attendances_event_user (live_event_id, user_id)',
    );
}

/** While everybody watches. */
export async function commitFault(
  database: Database,
  fault: DatabaseFault | undefined,
  eventId: number,
): Promise<void> {
  if (fault !== undefined && fault !== 'no primary key') await faults[fault](database, eventId);
}
