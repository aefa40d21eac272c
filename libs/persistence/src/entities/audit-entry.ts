import { Column, Entity, PrimaryColumn } from 'typeorm';

export const auditKinds = [
  'check-in',
  'check-out',
  'digit-check',
  'correction',
  'deletion',
  'anonymisation',
  'disclosure',
];

/** Who did what to whom. The key begins with the event, because every question names one. */
@Entity('audit_entries')
export class AuditEntry {
  /** 0: of no event, as the deletion of one, which takes its own entries with it. */
  @PrimaryColumn({ name: 'live_event_id', type: 'int', unsigned: true })
  liveEventId!: number;

  /** Given by the database, in the order of writing. */
  @PrimaryColumn({ type: 'bigint', unsigned: true })
  id!: string;

  /** When the request came. */
  @Column({ type: 'datetime', precision: 3 })
  at!: Date;

  @Column({ type: 'enum', enum: auditKinds })
  kind!: string;

  @Column({ type: 'varchar', length: 24 })
  outcome!: string;

  /** Null: an admin. */
  @Column({ name: 'actor_id', type: 'int', unsigned: true, nullable: true })
  actorId!: number | null;

  @Column({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  /** 4 or 16 bytes; null: not known, or removed. */
  @Column({ type: 'varbinary', length: 16, nullable: true })
  ip!: Buffer | null;

  @Column({ name: 'user_agent_id', type: 'int', unsigned: true, nullable: true })
  userAgentId!: number | null;

  /** Of a correction. */
  @Column({ type: 'varchar', length: 500, nullable: true })
  reason!: string | null;

  /** Of a correction: the attendance as it was, as JSON. */
  @Column({ name: 'before_it', type: 'varchar', length: 500, nullable: true })
  beforeIt!: string | null;
}
