import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

const mostFound = 50;

export interface FoundStudent {
  userId: number;
  username: string;
  displayName: string;
}

@Injectable()
export class RosterAdminRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /** Part of a username or of a name, as one types it: case and accents aside. */
  async search(text: string): Promise<FoundStudent[]> {
    const pattern = `%${text.replace(/[\\%_]/g, '\\$&')}%`;
    return this.database.query(
      `SELECT id AS userId, username, display_name AS displayName FROM users
       WHERE on_roster = 1 AND (display_name LIKE ? OR username COLLATE utf8mb4_unicode_ci LIKE ?)
       ORDER BY display_name, id LIMIT ${mostFound}`,
      [pattern, pattern],
    );
  }
}
