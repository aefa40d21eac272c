import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

@Entity('users')
export class User {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 100, unique: true })
  username!: string;

  @Column({ type: 'int' })
  classId!: number;
}

@Entity('attendances')
@Unique(['eventId', 'userId'])
export class Attendance {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  eventId!: number;

  @Column({ type: 'int' })
  userId!: number;

  @Column({ type: 'datetime', precision: 3 })
  checkedInAt!: Date;

  @Column({ type: 'int' })
  checkedInBy!: number;

  @Column({ type: 'datetime', precision: 3, nullable: true })
  checkedOutAt!: Date | null;
}
