import { Injectable } from '@nestjs/common';
import type { LiveEvent } from '@exco/persistence';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

export type EventRoster = Pick<LiveEvent, 'id' | 'opensAt' | 'closesAt' | 'classIds'>;

export interface ClassFigures {
  id: number;
  name: string;
  enrolled: number;
  checkedIn: number;
  checkedOut: number;
}

export interface AbsentRecord {
  userId: number;
  revoked: number;
  left: number;
}

/** For an IN list, which must not be empty. */
const listed = (ids: number[]) => (ids.length > 0 ? ids : [0]);

/**
 * Who was on the roster while an event went on, compared with who attended it. Of an event that has closed these are
 * always the same people, whatever the roster becomes.
 */
@Injectable()
export class EventRosterRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /** By class, those without anybody left out. Somebody in two classes counts in both. */
  async byClass({ id, opensAt, closesAt, classIds }: EventRoster): Promise<ClassFigures[]> {
    return this.database.query<ClassFigures[]>(
      `SELECT class_section_id AS id, MAX(name) AS name, COUNT(*) AS enrolled, COUNT(attendances.user_id) AS checkedIn,
              COUNT(attendances.checked_out_at) AS checkedOut
       FROM (
         SELECT class_section_id, user_id, class_sections.name
         FROM class_sections STRAIGHT_JOIN enrollments ON class_section_id = class_sections.id
         WHERE enrollments.since <= ? ${classIds ? 'AND class_sections.id IN (?)' : ''}
         UNION
         SELECT class_section_id, user_id, class_name FROM past_enrollments
         WHERE until > ? AND since <= ? ${classIds ? 'AND class_section_id IN (?)' : ''}
       ) AS members
         LEFT JOIN attendances
           ON attendances.live_event_id = ? AND attendances.user_id = members.user_id AND revoked_at IS NULL
       GROUP BY class_section_id`,
      classIds
        ? [closesAt, listed(classIds), opensAt, closesAt, listed(classIds), id]
        : [closesAt, opensAt, closesAt, id],
    );
  }

  /** How many the event is for. */
  async enrolled(event: EventRoster): Promise<number> {
    const [sql, values] = concerned(event);
    const [row] = await this.database.query<{ count: number }[]>(
      `SELECT COUNT(*) AS count FROM users WHERE ${sql}`,
      values,
    );
    return row?.count ?? 0;
  }

  /** Of those, who has no attendance; a page by user id. */
  async absent(event: EventRoster, afterUserId: number, limit: number): Promise<AbsentRecord[]> {
    const [sql, values] = concerned(event);
    return this.database.query(
      `SELECT users.id AS userId, revoked_at IS NOT NULL AS revoked,
              NOT (users.since <= ? AND (left_at IS NULL OR left_at > ?) OR EXISTS (
                SELECT 1 FROM past_users WHERE past_users.user_id = users.id AND until > ? AND past_users.since <= ?)) AS \`left\`
       FROM users LEFT JOIN attendances ON attendances.live_event_id = ? AND attendances.user_id = users.id
       WHERE users.id > ? AND (attendances.user_id IS NULL OR revoked_at IS NOT NULL) AND ${sql}
       ORDER BY users.id LIMIT ?`,
      [...Array<Date>(4).fill(event.closesAt), event.id, afterUserId, ...values, limit],
    );
  }
}

/** The condition on `users` for somebody whom the event is for. */
function concerned({ opensAt, closesAt, classIds }: EventRoster): [sql: string, values: unknown[]] {
  const onRoster = `(users.since <= ? AND (left_at IS NULL OR left_at > ?) OR EXISTS (
    SELECT 1 FROM past_users WHERE past_users.user_id = users.id AND until > ? AND past_users.since <= ?))`;
  const values: unknown[] = [closesAt, opensAt, opensAt, closesAt];
  if (!classIds) return [onRoster, values];
  const ids = listed(classIds);
  return [
    `${onRoster} AND (
      EXISTS (SELECT 1 FROM enrollments WHERE enrollments.user_id = users.id AND enrollments.since <= ? AND class_section_id IN (?))
      OR EXISTS (SELECT 1 FROM past_enrollments WHERE past_enrollments.user_id = users.id
        AND until > ? AND past_enrollments.since <= ? AND class_section_id IN (?)))`,
    [...values, closesAt, ids, opensAt, closesAt, ids],
  ];
}
