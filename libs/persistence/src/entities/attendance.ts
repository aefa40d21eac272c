import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The one row of a user at a live event. Its natural key is what makes a second check-in impossible. */
@Entity('attendances')
export class Attendance {
  @PrimaryColumn({ name: 'live_event_id', type: 'int', unsigned: true })
  liveEventId!: number;

  @PrimaryColumn({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  @Column({ name: 'checked_in_at', type: 'datetime', precision: 3 })
  checkedInAt!: Date;

  @Column({ name: 'checked_in_by', type: 'int', unsigned: true })
  checkedInBy!: number;

  @Column({ name: 'checked_out_at', type: 'datetime', precision: 3, nullable: true })
  checkedOutAt!: Date | null;

  @Column({ name: 'checked_out_by', type: 'int', unsigned: true, nullable: true })
  checkedOutBy!: number | null;

  /** Measured by the connection test of whoever sent the check-in; 1 kbps is 1,000 bit/s. Evidence, not security. */
  @Column({ type: 'int', unsigned: true })
  kbps!: number;

  /** Loaded by that test. */
  @Column({ name: 'test_bytes', type: 'int', unsigned: true })
  testBytes!: number;

  /** Taken back by an admin: as if the row were not there, but that it lets nobody in again. */
  @Column({ name: 'revoked_at', type: 'datetime', precision: 3, nullable: true })
  revokedAt!: Date | null;

  /** Last changed by an admin's hand. */
  @Column({ name: 'corrected_at', type: 'datetime', precision: 3, nullable: true })
  correctedAt!: Date | null;
}
