import { Entity, PrimaryColumn } from 'typeorm';

/**
 * One row, made with the database and restored with it: tells one Exco Live from another where both reach the same
 * Redis.
 */
@Entity('installations')
export class Installation {
  @PrimaryColumn({ type: 'char', length: 36 })
  id!: string;
}
