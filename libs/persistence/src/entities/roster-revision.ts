import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row. Every process that keeps the roster in memory reads it anew when the revision has moved. */
@Entity('roster_revision')
export class RosterRevision {
  @PrimaryColumn({ type: 'tinyint', unsigned: true })
  id!: number;

  @Column({ type: 'bigint', unsigned: true })
  revision!: string;
}
