import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** A student on the roster. Their digits are the last four characters of the username. */
@Entity('users')
export class User {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  /** Unique among those on the roster: who left keeps theirs, and somebody else may get it. */
  @Column({ type: 'varchar', length: 100 })
  username!: string;

  @Column({ name: 'display_name', type: 'varchar', length: 200 })
  displayName!: string;

  /** Set when the student left the roster; the row stays, because attendance points at it. */
  @Column({ name: 'left_at', type: 'datetime', precision: 3, nullable: true })
  leftAt!: Date | null;

  /** On the roster under this name since then; what was before is a `PastUser`. */
  @Column({ type: 'datetime', precision: 3 })
  since!: Date;

  /** Name and username were removed for good. */
  @Column({ name: 'anonymised_at', type: 'datetime', precision: 3, nullable: true })
  anonymisedAt!: Date | null;

  /** As a OneRoster source calls this person, under whatever username. */
  @Column({ name: 'sourced_id', type: 'varchar', length: 255, nullable: true })
  sourcedId!: string | null;

  /**
   * 1 while `left_at` is NULL, else NULL: what makes usernames unique among those on the roster. The database computes
   * it; TypeORM is not told, as it would keep a table of its own about it.
   */
  @Column({ name: 'on_roster', type: 'tinyint', unsigned: true, nullable: true, insert: false, update: false })
  onRoster!: number | null;
}
