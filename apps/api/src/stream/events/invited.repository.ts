import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';

const rowsPerPage = 500;

export interface Invited {
  id: number;
  username: string;
  displayName: string;
}

@Injectable()
export class InvitedRepository {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  async page(afterId: number): Promise<Invited[]> {
    return this.database.query(
      `SELECT id, username, display_name AS displayName FROM users FORCE INDEX (PRIMARY)
       WHERE on_roster = 1 AND id > ? ORDER BY id LIMIT ${rowsPerPage}`,
      [afterId],
    );
  }
}
