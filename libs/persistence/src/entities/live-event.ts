import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** The thing attended. Its state follows from these times; the host ends it early by moving `endsAt` to now. */
@Entity('live_events')
export class LiveEvent {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 200 })
  title!: string;

  @Column({ name: 'stream_url', type: 'varchar', length: 2000 })
  streamUrl!: string;

  @Column({ name: 'fallback_stream_url', type: 'varchar', length: 2000, nullable: true })
  fallbackStreamUrl!: string | null;

  /** From then on waiting pages get ready; null: 15 minutes before `opensAt`. */
  @Column({ name: 'prepares_at', type: 'datetime', precision: 3, nullable: true })
  preparesAt!: Date | null;

  @Column({ name: 'opens_at', type: 'datetime', precision: 3 })
  opensAt!: Date;

  @Column({ name: 'starts_at', type: 'datetime', precision: 3 })
  startsAt!: Date;

  @Column({ name: 'ends_at', type: 'datetime', precision: 3 })
  endsAt!: Date;

  @Column({ name: 'closes_at', type: 'datetime', precision: 3 })
  closesAt!: Date;

  /** 1 kbps is 1,000 bit/s. */
  @Column({ name: 'minimum_kbps', type: 'int', unsigned: true })
  minimumKbps!: number;

  /** The classes that the event is for; null or left out: everybody. */
  @Column({ name: 'class_ids', type: 'simple-json', nullable: true })
  classIds?: number[] | null;

  /** That of `live_events_revision` at its last change. */
  @Column({ type: 'int', unsigned: true, default: 0 })
  revision!: number;

  /** Hidden from then on, and about to go with everything that is kept of it. */
  @Column({ name: 'deleted_at', type: 'datetime', precision: 3, nullable: true, select: false })
  deletedAt?: Date | null;

  /** When retention removed addresses and user agents from its audit. */
  @Column({ name: 'addresses_removed_at', type: 'datetime', precision: 3, nullable: true, select: false })
  addressesRemovedAt?: Date | null;

  /** When retention removed its audit. */
  @Column({ name: 'audit_removed_at', type: 'datetime', precision: 3, nullable: true, select: false })
  auditRemovedAt?: Date | null;
}
