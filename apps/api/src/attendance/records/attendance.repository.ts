import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AttendanceCounter, AttendanceRow, Recorded } from './attendance.ts';
import { asked, uint } from '../../infrastructure/database/sql-values.ts';
import { attendanceOf, recorded, storedColumns, type StoredRow } from './stored-row.ts';

/** What is read of attendances and their counters. */
@Injectable()
export class AttendanceRepository {
  constructor(private readonly database: DataSource) {}

  /** What is recorded for these students; whoever has no row is not in the map. */
  async recorded(eventId: number, userIds: readonly number[]): Promise<Map<number, Recorded>> {
    const rows = await this.database.query<StoredRow[]>(
      `SELECT ${storedColumns} FROM ${asked(userIds)}
       STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON live_event_id = ${uint(eventId)} AND user_id = asked.id`,
    );
    return new Map(rows.map((row) => [row.userId, recorded(row)]));
  }

  /** Who of these has a row, and whether it stands for a check-in or for one that was taken back. */
  async present(eventId: number, userIds: readonly number[]): Promise<Map<number, Recorded['kind']>> {
    const rows = await this.database.query<{ userId: number; isRevoked: 0 | 1 }[]>(
      `SELECT user_id AS userId, revoked_at IS NOT NULL AS isRevoked FROM ${asked(userIds)}
       STRAIGHT_JOIN attendances FORCE INDEX (PRIMARY) ON live_event_id = ${uint(eventId)} AND user_id = asked.id`,
    );
    return new Map(rows.map(({ userId, isRevoked }) => [userId, isRevoked ? 'revoked' : 'found']));
  }

  /** Whom these students checked in, themselves included. */
  async broughtBy(eventId: number, byIds: readonly number[]): Promise<AttendanceRow[]> {
    const rows = await this.database.query<StoredRow[]>(
      `SELECT ${storedColumns} FROM ${asked(byIds)}
       STRAIGHT_JOIN attendances FORCE INDEX (attendances_brought)
         ON live_event_id = ${uint(eventId)} AND checked_in_by = asked.id
       WHERE revoked_at IS NULL`,
    );
    return rows.map(attendanceOf);
  }

  /** Whose check-in was taken back, at all events that end after `now`. */
  async revoked(now: Date): Promise<{ eventId: number; userId: number }[]> {
    return this.database.query(
      `SELECT live_event_id AS eventId, user_id AS userId
       FROM live_events STRAIGHT_JOIN attendances ON attendances.live_event_id = live_events.id
       WHERE live_events.ends_at > ? AND revoked_at IS NOT NULL`,
      [now],
    );
  }

  async counter(eventId: number): Promise<AttendanceCounter> {
    const [row] = await this.database.query<AttendanceCounter[]>(
      'SELECT checked_in AS checkedIn, checked_out AS checkedOut, revision FROM live_event_counters WHERE live_event_id = ?',
      [eventId],
    );
    return row ?? { checkedIn: 0, checkedOut: 0, revision: 0 };
  }
}
