import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A student on the roster. Their digits are the last four characters of the username. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 100, unique: true })
  username!: string;

  @Column({ name: 'display_name', type: 'varchar', length: 200 })
  displayName!: string;

  /** Set when the student left the roster; the row stays, because attendance points at it. */
  @Column({ name: 'left_at', type: 'datetime', precision: 3, nullable: true })
  leftAt!: Date | null;
}
