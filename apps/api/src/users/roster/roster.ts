import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { within } from '../../infrastructure/database/failures.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { singleFlight } from '../../infrastructure/scheduling/single-flight.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { rosterChanged } from './roster-signals.ts';
import { RosterTableBuilder, type RosterTable } from './roster-table.ts';
import { RosterRepository } from './roster.repository.ts';
import type { ClassRoster, Student } from './student.ts';

export { byName, isIn, type ClassRoster, type Student } from './student.ts';

const pollMilliseconds = 5_000;
const answerWithinMilliseconds = 2_000;

/**
 * Everybody who may attend, in memory, so that a warm process decides about a check-in without a query. A change is
 * announced; a poll of its revision catches a lost announcement. Meanwhile the roster before it is asked.
 */
@Injectable()
export class Roster implements OnModuleInit {
  private readonly logger = new Logger(Roster.name);
  private table: RosterTable | null = null;

  constructor(
    private readonly repository: RosterRepository,
    private readonly signals: SignalBus,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.signals.on(rosterChanged, () => void this.refresh().catch((error: unknown) => this.logger.warn(error)));
  }

  /** Finds a change whose announcement was lost. */
  @Periodic(pollMilliseconds)
  async poll(): Promise<void> {
    await this.refresh();
  }

  /** By name, as a person would look for one. */
  allClasses(): readonly ClassRoster[] {
    return this.table?.classes ?? [];
  }

  get size(): number {
    return this.table?.size ?? 0;
  }

  student(id: number): Student | undefined {
    return this.table?.student(id);
  }

  /** As `find`, of what this process knows already. */
  known(username: string): Student | undefined {
    return this.table?.known(username);
  }

  /** How many usernames are the same as this one but for their last four characters. */
  sharingStem(username: string): number {
    return this.table?.sharingStem(username) ?? 0;
  }

  /** Exactly as written, or as a phone may write it where that leaves only one. */
  async find(username: string): Promise<Student | undefined> {
    const found = this.known(username);
    if (found) return found;
    await within(answerWithinMilliseconds, this.refresh());
    return this.known(username);
  }

  /** Everyone who shares a class with this student, once each, with the class they share. */
  *classmatesOf(student: Student): Generator<[Student, ClassRoster]> {
    const found = new Set([student.id]);
    for (const section of student.classes)
      for (const member of section.members()) {
        if (found.has(member.id)) continue;
        found.add(member.id);
        yield [member, section];
      }
  }

  /** Compared by id: the two may come from before and after the roster was read again. */
  shareClass(one: Student, other: Student): boolean {
    return one.classes.some(({ id }) => other.classes.some((section) => section.id === id));
  }

  /** Reads the tables if their revision moved, later than this call. */
  readonly refresh = singleFlight(() => this.readIfChanged());

  private async readIfChanged(): Promise<void> {
    if ((await this.repository.revision()) === this.table?.revision) return;
    this.table = await this.repository.read((most) => new RosterTableBuilder(most));
  }
}
