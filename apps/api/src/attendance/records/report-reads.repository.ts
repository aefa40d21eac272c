import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

/** Rows at a time: a report of a hundred thousand needs the memory of one page. */
export const rowsPerPage = 1_000;

export interface AttendanceRecord {
  userId: number;
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
  kbps: number;
  corrected: number;
}

export interface BringerRecord {
  userId: number;
  brought: number;
  firstAt: Date;
  lastAt: Date;
  minimumKbps: number;
}

export interface AttendanceOfStudent extends Omit<AttendanceRecord, 'userId' | 'corrected'> {
  eventId: number;
  title: string;
  testBytes: number;
  revokedAt: Date | null;
  correctedAt: Date | null;
}

/** What the reports read of attendances. In pages by user id: no transaction stays open while somebody downloads. */
@Injectable()
export class ReportReads {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  async attendance(eventId: number, afterUserId: number): Promise<AttendanceRecord[]> {
    return this.database.query(
      `SELECT user_id AS userId, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy,
              checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, kbps, corrected_at IS NOT NULL AS corrected
       FROM attendances FORCE INDEX (PRIMARY)
       WHERE live_event_id = ? AND user_id > ? AND revoked_at IS NULL ORDER BY user_id LIMIT ${rowsPerPage}`,
      [eventId, afterUserId],
    );
  }

  /** Whoever checked in at least so many others, those with most first. */
  async bringers(eventId: number, atLeast: number): Promise<BringerRecord[]> {
    return this.database.query(
      `SELECT checked_in_by AS userId, COUNT(*) AS brought, MIN(checked_in_at) AS firstAt, MAX(checked_in_at) AS lastAt,
              MIN(kbps) AS minimumKbps
       FROM attendances WHERE live_event_id = ? AND checked_in_by <> user_id AND revoked_at IS NULL
       GROUP BY checked_in_by HAVING COUNT(*) >= ? ORDER BY brought DESC, checked_in_by LIMIT 1000`,
      [eventId, atLeast],
    );
  }

  /** All of one student, for whoever asks what is kept about them. */
  async ofStudent(userId: number): Promise<AttendanceOfStudent[]> {
    return this.database.query(
      `SELECT live_event_id AS eventId, title, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy,
              checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, kbps, test_bytes AS testBytes,
              revoked_at AS revokedAt, corrected_at AS correctedAt
       FROM attendances JOIN live_events ON live_events.id = live_event_id
       WHERE user_id = ? ORDER BY live_event_id`,
      [userId],
    );
  }
}
