import { Column, Entity, PrimaryColumn } from 'typeorm';

/** From `since` until `until` this student was in this class. */
@Entity('past_enrollments')
export class PastEnrollment {
  @PrimaryColumn({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  /** The class itself may be gone. */
  @PrimaryColumn({ name: 'class_section_id', type: 'int', unsigned: true })
  classSectionId!: number;

  @PrimaryColumn({ type: 'datetime', precision: 3 })
  until!: Date;

  @Column({ type: 'datetime', precision: 3 })
  since!: Date;

  @Column({ name: 'class_name', type: 'varchar', length: 100 })
  className!: string;
}
