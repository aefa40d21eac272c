import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

/** A check-out that was answered 202 and will never be written. */
export interface GivenUpCheckOut {
  userId: number;
  byId: number;
  /** When the request came; milliseconds since 1970. */
  at: number;
}

/** What the worker could not do although it was promised stands in the audit, where an admin finds it. */
@Injectable()
export class GivenUpRepository {
  constructor(private readonly database: DataSource) {}

  /** @param jobId the same job again adds nothing */
  async add(jobId: string, eventId: number, checkOuts: readonly GivenUpCheckOut[]): Promise<void> {
    const key = createHash('sha256').update(`given up: ${jobId}`).digest().subarray(0, 16);
    await this.database.transaction(async (manager) => {
      const { affectedRows } = await manager.query<{ affectedRows: number }>(
        'INSERT INTO audit_batches (batch_key) VALUES (?) ON DUPLICATE KEY UPDATE batch_key = batch_key',
        [key],
      );
      if (affectedRows === 0) return;
      await manager.query('INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id) VALUES ?', [
        checkOuts.map(({ userId, byId, at }) => [eventId, new Date(at), 'check-out', 'given-up', byId, userId]),
      ]);
    });
  }
}
