import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { RosterTable, RosterTableBuilder } from './roster-table.ts';
import { Turns } from './turns.ts';

const rowsBetweenLooks = 200;

@Injectable()
export class RosterRepository {
  constructor(private readonly database: DataSource) {}

  async revision(): Promise<number> {
    const [row] = await this.database.query<{ revision: number }[]>(
      'SELECT revision FROM roster_revision WHERE id = 1',
    );
    return row?.revision ?? 0;
  }

  /**
   * Read in one snapshot, so that an import in between is seen whole or not at all; and row by row, so that a million
   * students hold nobody up.
   * @param begin makes a builder for at most so many students
   */
  async read(begin: (most: number) => RosterTableBuilder): Promise<RosterTable> {
    return this.database.transaction('REPEATABLE READ', async (manager) => {
      const [row] = await manager.query<{ revision: number; students: number }[]>(
        `SELECT (SELECT revision FROM roster_revision WHERE id = 1) AS revision,
           (SELECT COUNT(*) FROM users WHERE on_roster = 1) AS students`,
      );
      const builder = begin(row?.students ?? 0);
      for await (const { id, name } of rows<{ id: number; name: string }>(
        manager,
        'SELECT id, name FROM class_sections',
      ))
        builder.addClass(id, name);
      for await (const { id, username, displayName } of rows<{ id: number; username: string; displayName: string }>(
        manager,
        'SELECT id, username, display_name AS displayName FROM users WHERE on_roster = 1 ORDER BY id',
      ))
        builder.addStudent(id, username, displayName);
      for await (const { classId, userId } of rows<{ classId: number; userId: number }>(
        manager,
        'SELECT class_section_id AS classId, user_id AS userId FROM enrollments',
      ))
        builder.addEnrolment(classId, userId);
      return builder.finish(row?.revision ?? 0);
    });
  }
}

async function* rows<Row>(manager: EntityManager, sql: string): AsyncGenerator<Row> {
  const stream = await manager.queryRunner?.stream(sql);
  if (!stream) throw new Error('a transaction without a connection');
  const turns = new Turns();
  let read = 0;
  for await (const row of stream) {
    yield row as Row;
    // Rows that have arrived follow one another without a turn of the loop between them.
    if (++read % rowsBetweenLooks === 0) await turns.pause();
  }
}
