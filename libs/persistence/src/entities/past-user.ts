import { Column, Entity, PrimaryColumn } from 'typeorm';

/** From `since` until `until` this student was on the roster under this name. Ended by leaving or by a new name. */
@Entity('past_users')
export class PastUser {
  @PrimaryColumn({ name: 'user_id', type: 'int', unsigned: true })
  userId!: number;

  @PrimaryColumn({ type: 'datetime', precision: 3 })
  until!: Date;

  @Column({ type: 'datetime', precision: 3 })
  since!: Date;

  @Column({ type: 'varchar', length: 100 })
  username!: string;

  @Column({ name: 'display_name', type: 'varchar', length: 200 })
  displayName!: string;
}
