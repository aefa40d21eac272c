import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A user in a class. */
@Entity('enrollments')
export class Enrollment {
  @PrimaryColumn({ name: 'class_section_id', type: 'int', unsigned: true })
  classSectionId!: number;

  @PrimaryColumn({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  @Column({ type: 'datetime', precision: 3 })
  since!: Date;
}
