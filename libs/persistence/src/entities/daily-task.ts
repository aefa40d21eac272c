import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Work that one of all processes does once a day: who is at it, and when it was last finished. */
@Entity('daily_tasks')
export class DailyTask {
  @PrimaryColumn({ type: 'varchar', length: 32 })
  name!: string;

  /** The id of a process. */
  @Column({ name: 'held_by', type: 'varchar', length: 32, nullable: true })
  heldBy!: string | null;

  /** A process that is killed holds it no longer than this. */
  @Column({ name: 'held_until', type: 'datetime', precision: 3, nullable: true })
  heldUntil!: Date | null;

  @Column({ name: 'done_at', type: 'datetime', precision: 3, nullable: true })
  doneAt!: Date | null;
}
