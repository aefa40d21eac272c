import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { asked } from '../../infrastructure/database/sql-values.ts';

/** From the opening of an event to its close: whoever was on the roster, or in a class, at any time of it counts. */
export interface Period {
  opensAt: Date;
  closesAt: Date;
}

export interface Name {
  username: string;
  displayName: string;
}

interface NameRow extends Name {
  userId: number;
}

interface ClassRow {
  userId: number;
  classId: number;
  name: string;
}

/**
 * The roster as it was. Each question is about one moment or period that is over once the event has closed, and asks
 * only for what began before and ended after: what changes later changes no answer.
 */
@Injectable()
export class RosterHistory {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /** What these students were called then. Whoever came later has the name under which they came. */
  async names(userIds: Iterable<number>, at: Date): Promise<Map<number, Name>> {
    const rows = await this.database.query<NameRow[]>(
      `SELECT users.id AS userId, COALESCE(past.username, users.username) AS username,
              COALESCE(past.display_name, users.display_name) AS displayName
       FROM ${asked(userIds)} STRAIGHT_JOIN users ON users.id = asked.id
         LEFT JOIN past_users AS past ON past.user_id = users.id AND past.until = (
           SELECT MIN(later.until) FROM past_users AS later WHERE later.user_id = users.id AND later.until > ?)`,
      [at],
    );
    return new Map(rows.map(({ userId, username, displayName }) => [userId, { username, displayName }]));
  }

  /** The names of the classes that each of these students was in. Who was in none is not in the map. */
  async classes(userIds: Iterable<number>, { opensAt, closesAt }: Period): Promise<Map<number, string[]>> {
    const ids = [...userIds];
    const rows = await this.database.query<ClassRow[]>(
      `SELECT user_id AS userId, class_section_id AS classId, class_sections.name
       FROM ${asked(ids)} STRAIGHT_JOIN enrollments ON enrollments.user_id = asked.id AND enrollments.since <= ?
         STRAIGHT_JOIN class_sections ON class_sections.id = class_section_id
       UNION
       SELECT user_id, class_section_id, class_name
       FROM ${asked(ids)} STRAIGHT_JOIN past_enrollments
         ON past_enrollments.user_id = asked.id AND past_enrollments.until > ? AND past_enrollments.since <= ?`,
      [closesAt, opensAt, closesAt],
    );
    rows.sort((one, other) => one.classId - other.classId);
    const names = new Map<number, string[]>();
    for (const { userId, name } of rows) names.set(userId, [...(names.get(userId) ?? []), name]);
    return names;
  }
}
