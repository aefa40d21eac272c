import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { deleteInSlices } from '../../infrastructure/database/delete-in-slices.ts';

/** Attendances that are removed for good. */
@Injectable()
export class AttendanceErasure {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /** All of an event, and its counter. Can be repeated after it was interrupted, and then goes on. */
  async removeEvent(eventId: number, between: () => Promise<void>): Promise<void> {
    const sql = 'DELETE FROM attendances WHERE live_event_id = ? ORDER BY user_id LIMIT ?';
    await deleteInSlices(this.database, sql, [eventId], between);
    await this.database.query('DELETE FROM live_event_counters WHERE live_event_id = ?', [eventId]);
  }
}
