import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

export interface RosterTables {
  revision: number;
  users: { id: number; username: string; displayName: string }[];
  classes: { id: number; name: string }[];
  enrollments: { classId: number; userId: number }[];
}

@Injectable()
export class RosterRepository {
  constructor(private readonly database: DataSource) {}

  async revision(): Promise<number> {
    const [row] = await this.database.query<{ revision: string }[]>(
      'SELECT revision FROM roster_revision WHERE id = 1',
    );
    return Number(row?.revision ?? 0);
  }

  /** Read in one snapshot, so that an import in between is seen whole or not at all. */
  async read(): Promise<RosterTables> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      const [row] = await manager.query<{ revision: string }[]>('SELECT revision FROM roster_revision WHERE id = 1');
      return {
        revision: Number(row?.revision ?? 0),
        users: await manager.query('SELECT id, username, display_name AS displayName FROM users WHERE on_roster = 1'),
        classes: await manager.query('SELECT id, name FROM class_sections'),
        enrollments: await manager.query('SELECT class_section_id AS classId, user_id AS userId FROM enrollments'),
      };
    });
  }
}
