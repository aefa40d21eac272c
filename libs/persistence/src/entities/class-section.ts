import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A class. */
@Entity('class_sections')
export class ClassSection {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 100, unique: true })
  name!: string;
}
