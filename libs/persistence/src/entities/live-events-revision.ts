import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One row. It grows with every change of an event: a process whose own is another reads the events anew. */
@Entity('live_events_revision')
export class LiveEventsRevision {
  @PrimaryColumn({ type: 'tinyint', unsigned: true })
  id!: number;

  @Column({ type: 'int', unsigned: true })
  revision!: number;
}
