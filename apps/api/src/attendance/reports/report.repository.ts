import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

/** Rows at a time: a report of a hundred thousand needs the memory of one page. */
export const rowsPerPage = 1_000;

export interface AttendanceRecord {
  userId: number;
  username: string;
  displayName: string;
  checkedInAt: Date;
  checkedInById: number;
  checkedInBy: string | null;
  checkedInByUsername: string | null;
  checkedOutAt: Date | null;
  checkedOutBy: string | null;
  checkedOutByUsername: string | null;
  kbps: number;
  corrected: number;
}

export interface AbsentRecord {
  userId: number;
  username: string;
  displayName: string;
  revoked: number;
  left: number;
}

export interface BringerRecord {
  userId: number;
  username: string | null;
  displayName: string | null;
  brought: string;
  firstAt: Date;
  lastAt: Date;
  minimumKbps: number;
}

/** What the reports read. In pages by user id: no transaction stays open while somebody downloads. */
@Injectable()
export class ReportRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  async attendance(eventId: number, afterUserId: number): Promise<AttendanceRecord[]> {
    return this.database.query(
      `SELECT attendances.user_id AS userId, users.username, users.display_name AS displayName,
              checked_in_at AS checkedInAt, checked_in_by AS checkedInById,
              bringers.display_name AS checkedInBy, bringers.username AS checkedInByUsername,
              checked_out_at AS checkedOutAt, leaders.display_name AS checkedOutBy, leaders.username AS checkedOutByUsername,
              kbps, corrected_at IS NOT NULL AS corrected
       FROM attendances
         JOIN users ON users.id = attendances.user_id
         LEFT JOIN users AS bringers ON bringers.id = checked_in_by
         LEFT JOIN users AS leaders ON leaders.id = checked_out_by
       WHERE live_event_id = ? AND attendances.user_id > ? AND revoked_at IS NULL
       ORDER BY attendances.user_id LIMIT ${rowsPerPage}`,
      [eventId, afterUserId],
    );
  }

  /**
   * Who is on the roster, or left it after `since`, and has no attendance.
   * @param classIds only their members; null: everybody
   */
  async absent(eventId: number, since: Date, classIds: number[] | null, afterUserId: number): Promise<AbsentRecord[]> {
    const members = classIds
      ? 'AND EXISTS (SELECT 1 FROM enrollments WHERE enrollments.user_id = users.id AND enrollments.class_section_id IN (?))'
      : '';
    return this.database.query(
      `SELECT users.id AS userId, username, display_name AS displayName,
              revoked_at IS NOT NULL AS revoked, left_at IS NOT NULL AS \`left\`
       FROM users LEFT JOIN attendances ON attendances.live_event_id = ? AND attendances.user_id = users.id
       WHERE users.id > ? AND (attendances.user_id IS NULL OR revoked_at IS NOT NULL)
         AND (left_at IS NULL OR left_at > ?) ${members}
       ORDER BY users.id LIMIT ${rowsPerPage}`,
      [eventId, afterUserId, since, ...(classIds ? [classIds.length > 0 ? classIds : [0]] : [])],
    );
  }

  /** Whoever checked in at least so many others, those with most first. */
  async bringers(eventId: number, atLeast: number): Promise<BringerRecord[]> {
    return this.database.query(
      `SELECT brought.*, users.username, users.display_name AS displayName FROM (
         SELECT checked_in_by AS userId, COUNT(*) AS brought, MIN(checked_in_at) AS firstAt, MAX(checked_in_at) AS lastAt,
                MIN(kbps) AS minimumKbps
         FROM attendances WHERE live_event_id = ? AND checked_in_by <> user_id AND revoked_at IS NULL
         GROUP BY checked_in_by HAVING COUNT(*) >= ? ORDER BY brought DESC, checked_in_by LIMIT 1000) AS brought
       LEFT JOIN users ON users.id = brought.userId ORDER BY brought.brought DESC, brought.userId`,
      [eventId, atLeast],
    );
  }
}
