import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { FaultyRow } from '../../infrastructure/database/failures.ts';
import type { CheckInRow, CheckOutRow, Stored, Written } from './attendance-rows.ts';

export interface Counter {
  checkedIn: number;
  checkedOut: number;
  revision: number;
}

interface Row {
  userId: number;
  checkedInAt: Date;
  checkedInBy: number;
  checkedOutAt: Date | null;
  checkedOutBy: number | null;
  revokedAt: Date | null;
}

const columns =
  'user_id AS userId, checked_in_at AS checkedInAt, checked_in_by AS checkedInBy, ' +
  'checked_out_at AS checkedOutAt, checked_out_by AS checkedOutBy, revoked_at AS revokedAt';

/** @throws FaultyRow: the text goes into the statement as it is */
function uint(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new FaultyRow(`not a whole number: ${String(value)}`);
  return value;
}

/** Exactly the three digits that the column keeps: MariaDB would cut off more, MySQL round them. */
function datetime(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 23)}`;
}

const byUser = (one: [userId: number, ...rest: unknown[]], other: [userId: number, ...rest: unknown[]]) =>
  one[0] - other[0];

function stored(row: Row): Stored {
  return [row.checkedInAt.getTime(), row.checkedInBy, row.checkedOutAt?.getTime() ?? null, row.checkedOutBy];
}

/** A revoked row stands in the way of another check-in, and says nothing else. */
function standing(row: Row): Stored | 'revoked' {
  return row.revokedAt ? 'revoked' : stored(row);
}

/** The SQL of check-in and check-out. */
@Injectable()
export class AttendanceRepository {
  constructor(private readonly database: DataSource) {}

  /**
   * One transaction for a whole batch: one multi-row upsert that leaves whoever is there untouched, the counter raised
   * by what was new, and the rows as they stand. In the order of the primary key, so that two batches never lock
   * each other out. Value lists are built here: formatting `?` was a fifth of the worker’s time.
   */
  async checkIn(eventId: number, rows: readonly CheckInRow[]): Promise<(Stored | 'revoked')[]> {
    const first = new Map<number, CheckInRow>();
    for (const row of rows) if (!first.has(row[0])) first.set(row[0], row);
    const batch = [...first.values()].sort(byUser);
    const event = uint(eventId);
    const values = batch.map(
      ([userId, byId, at, kbps, bytes]) =>
        `(${event},${uint(userId)},'${datetime(at)}',${uint(byId)},${uint(kbps)},${uint(bytes)})`,
    );
    const there = await this.database.transaction(async (manager) => {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
         VALUES ${values.join(',')} ON DUPLICATE KEY UPDATE user_id = user_id`,
      );
      if (affectedRows > 0) await this.raise(manager, event, affectedRows, 0);
      // Everything was new: what stands is what was sent.
      return affectedRows === batch.length ? null : this.rows(manager, event, [...first.keys()]);
    });
    return rows.map(([userId]) => {
      const row = there?.get(userId);
      if (row) return standing(row);
      const [, byId, at] = first.get(userId) as CheckInRow;
      return [at, byId, null, null];
    });
  }

  /** As `checkIn`: only one’s own row or that of somebody one checked in, and only the first time counts. */
  async checkOut(eventId: number, rows: readonly CheckOutRow[]): Promise<Written[]> {
    const batch = [...rows].sort(byUser).map(([userId, byId, at]) => [uint(userId), uint(byId), datetime(at)]);
    const there = await this.database.transaction(async (manager) => {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        `UPDATE JSON_TABLE(?, '$[*]' COLUMNS (
             user_id INT UNSIGNED PATH '$[0]', by_id INT UNSIGNED PATH '$[1]', at VARCHAR(23) PATH '$[2]')) AS asked
           STRAIGHT_JOIN attendances ON attendances.live_event_id = ? AND attendances.user_id = asked.user_id
         SET attendances.checked_out_at = CAST(asked.at AS DATETIME(3)), attendances.checked_out_by = asked.by_id
         WHERE attendances.checked_out_at IS NULL AND attendances.revoked_at IS NULL
           AND (attendances.user_id = asked.by_id OR attendances.checked_in_by = asked.by_id)`,
        [JSON.stringify(batch), uint(eventId)],
      );
      if (affectedRows > 0) await this.raise(manager, eventId, 0, affectedRows);
      return this.rows(manager, eventId, [...new Set(rows.map(([userId]) => userId))]);
    });
    return rows.map(([userId, byId, , expected]) => {
      const row = there.get(userId);
      if (!row) return expected ? 'awaited' : null;
      if (row.revokedAt) return null;
      return userId === byId || row.checkedInBy === byId ? stored(row) : null;
    });
  }

  async of(eventId: number, userIds: readonly number[]): Promise<Map<number, Stored | 'revoked'>> {
    const rows = await this.rows(this.database.manager, eventId, userIds);
    return new Map([...rows].map(([userId, row]) => [userId, standing(row)]));
  }

  /** Who of these is checked in. */
  async present(eventId: number, userIds: readonly number[]): Promise<Set<number>> {
    const rows = await this.database.query<{ userId: number }[]>(
      `SELECT user_id AS userId FROM attendances
       WHERE live_event_id = ${uint(eventId)} AND user_id IN (${userIds.map(uint).join(',')}) AND revoked_at IS NULL`,
    );
    return new Set(rows.map(({ userId }) => userId));
  }

  /** Whom these students checked in, themselves included, as `[userId, …]` in the order of their check-ins. */
  async broughtBy(eventId: number, byIds: readonly number[]): Promise<{ userId: number; stored: Stored }[]> {
    const rows = await this.database.query<Row[]>(
      `SELECT ${columns} FROM attendances
       WHERE live_event_id = ? AND checked_in_by IN (?) AND revoked_at IS NULL`,
      [eventId, byIds],
    );
    return rows.map((row) => ({ userId: row.userId, stored: stored(row) }));
  }

  async counter(eventId: number): Promise<Counter> {
    const [row] = await this.database.query<{ checkedIn: number; checkedOut: number; revision: string }[]>(
      'SELECT checked_in AS checkedIn, checked_out AS checkedOut, revision FROM live_event_counters WHERE live_event_id = ?',
      [eventId],
    );
    return row ? { ...row, revision: Number(row.revision) } : { checkedIn: 0, checkedOut: 0, revision: 0 };
  }

  /** Attendance by class. Somebody in two classes counts in both. */
  async byClass(eventId: number): Promise<Map<number, { checkedIn: number; checkedOut: number }>> {
    const rows = await this.database.query<{ classId: number; checkedIn: string; checkedOut: string }[]>(
      `SELECT enrollments.class_section_id AS classId, COUNT(*) AS checkedIn, COUNT(attendances.checked_out_at) AS checkedOut
       FROM attendances JOIN enrollments ON enrollments.user_id = attendances.user_id
       WHERE attendances.live_event_id = ? AND attendances.revoked_at IS NULL GROUP BY enrollments.class_section_id`,
      [eventId],
    );
    return new Map(
      rows.map((row) => [row.classId, { checkedIn: Number(row.checkedIn), checkedOut: Number(row.checkedOut) }]),
    );
  }

  private async rows(manager: EntityManager, eventId: number, userIds: readonly number[]): Promise<Map<number, Row>> {
    const rows = await manager.query<Row[]>(
      `SELECT ${columns} FROM attendances WHERE live_event_id = ${uint(eventId)} AND user_id IN (${userIds.map(uint).join(',')})`,
    );
    return new Map(rows.map((row) => [row.userId, row]));
  }

  private async raise(manager: EntityManager, eventId: number, checkedIn: number, checkedOut: number): Promise<void> {
    await manager.query(
      `INSERT INTO live_event_counters (live_event_id, checked_in, checked_out, revision) VALUES (?, ?, ?, 1)
       ON DUPLICATE KEY UPDATE checked_in = checked_in + VALUES(checked_in),
         checked_out = checked_out + VALUES(checked_out), revision = revision + 1`,
      [eventId, checkedIn, checkedOut],
    );
  }
}
