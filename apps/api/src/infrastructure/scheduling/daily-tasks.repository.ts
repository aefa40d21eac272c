import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ENV, type Env } from '../config/env.ts';
import { AdministrationPool } from '../database/administration.ts';

/** A process that is killed holds its task no longer than this. */
const heldSeconds = 300;
const renewEveryMilliseconds = 30_000;

/** Another process has taken the task over. */
export class TaskLost extends Error {
  override readonly name = 'TaskLost';
}

/**
 * Work that one of all processes does once a day. A row in the database says whose it is: that holds on any number of
 * machines, and on servers that know no named locks. Times are the database’s.
 */
@Injectable()
export class DailyTasks {
  constructor(
    @AdministrationPool() private readonly database: DataSource,
    @Inject(ENV) private readonly env: Env,
  ) {}

  /**
   * Does the work unless another process is at it or it was done within a day.
   * @param work calls `keep` between two steps, which throws when this process has lost the task
   * @returns whether it was done here
   */
  async run(name: string, work: (keep: () => Promise<void>) => Promise<void>): Promise<boolean> {
    await this.database.query('INSERT INTO daily_tasks (name) VALUES (?) ON DUPLICATE KEY UPDATE name = name', [name]);
    const taken = await this.changes(
      `UPDATE daily_tasks SET held_by = ?, held_until = CURRENT_TIMESTAMP(3) + INTERVAL ${heldSeconds} SECOND
       WHERE name = ? AND (held_until IS NULL OR held_until < CURRENT_TIMESTAMP(3))
         AND (done_at IS NULL OR done_at < CURRENT_TIMESTAMP(3) - INTERVAL 1 DAY)`,
      [this.env.processId, name],
    );
    if (!taken) return false;
    let renewedAt = performance.now();
    try {
      await work(async () => {
        if (performance.now() < renewedAt + renewEveryMilliseconds) return;
        renewedAt = performance.now();
        await this.renew(name);
      });
    } catch (error) {
      await this.release(name, 'done_at').catch(() => undefined);
      throw error;
    }
    return this.release(name, 'CURRENT_TIMESTAMP(3)');
  }

  private async renew(name: string): Promise<void> {
    const held = await this.changes(
      `UPDATE daily_tasks SET held_until = CURRENT_TIMESTAMP(3) + INTERVAL ${heldSeconds} SECOND
       WHERE name = ? AND held_by = ?`,
      [name, this.env.processId],
    );
    if (!held) throw new TaskLost(`another process has taken over the task ${name}`);
  }

  private async release(name: string, doneAt: 'done_at' | 'CURRENT_TIMESTAMP(3)'): Promise<boolean> {
    return this.changes(
      `UPDATE daily_tasks SET held_by = NULL, held_until = NULL, done_at = ${doneAt} WHERE name = ? AND held_by = ?`,
      [name, this.env.processId],
    );
  }

  private async changes(sql: string, values: unknown[]): Promise<boolean> {
    const { affectedRows } = await this.database.query<{ affectedRows: number }>(sql, values);
    return affectedRows > 0;
  }
}
