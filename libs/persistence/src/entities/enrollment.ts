import { Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { ClassSection } from './class-section.ts';
import type { User } from './user.ts';

/** A user in a class. */
@Entity('enrollments')
export class Enrollment {
  @PrimaryColumn({ name: 'class_section_id', type: 'int', unsigned: true })
  classSectionId!: number;

  @PrimaryColumn({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  @ManyToOne(() => ClassSection)
  @JoinColumn({ name: 'class_section_id' })
  classSection?: ClassSection;

  @ManyToOne('User', 'enrollments')
  @JoinColumn({ name: 'user_id' })
  user?: User;
}
