import { Injectable } from '@nestjs/common';
import type { StudentRecord } from '@exco/contracts';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

/** A row with dates as the driver gives them. */
type Stored<Row> = { [Key in keyof Row]: string extends Row[Key] ? string | Date : Row[Key] | Date };

/** What the roster keeps about one student, for whoever asks for it. */
@Injectable()
export class StudentRecordRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  async user(userId: number) {
    const [row] = await this.database.query<
      {
        username: string;
        displayName: string;
        sourcedId: string | null;
        since: Date;
        leftAt: Date | null;
        anonymisedAt: Date | null;
      }[]
    >(
      `SELECT username, display_name AS displayName, sourced_id AS sourcedId, since, left_at AS leftAt,
              anonymised_at AS anonymisedAt FROM users WHERE id = ?`,
      [userId],
    );
    return row;
  }

  async pastNames(userId: number): Promise<Stored<StudentRecord['names'][number]>[]> {
    return this.database.query(
      'SELECT username, display_name AS displayName, since, until FROM past_users WHERE user_id = ? ORDER BY until',
      [userId],
    );
  }

  async classes(userId: number): Promise<Stored<StudentRecord['classes'][number]>[]> {
    return this.database.query(
      `SELECT class_name AS name, since, until FROM past_enrollments WHERE user_id = ?
       UNION ALL
       SELECT name, since, NULL FROM enrollments JOIN class_sections ON class_sections.id = class_section_id
       WHERE user_id = ?`,
      [userId, userId],
    );
  }
}
