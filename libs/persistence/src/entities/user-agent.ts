import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';

/** What browsers call themselves: a few texts of a hundred bytes, named by number in millions of audit entries. */
@Entity('user_agents')
export class UserAgent {
  @PrimaryGeneratedColumn({ type: 'int', unsigned: true })
  id!: number;

  @Column({ type: 'varchar', length: 300 })
  text!: string;

  /** The last day on which a process looked it up: one that nobody used for longer than the audit is kept can go. */
  @Column({ name: 'last_used_on', type: 'date' })
  lastUsedOn!: string;
}
