import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { within } from '../../infrastructure/database/failures.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { singleFlight } from '../../infrastructure/scheduling/single-flight.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { rosterChanged } from './roster-signals.ts';
import { RosterRepository, type RosterTables } from './roster.repository.ts';

export interface ClassRoster {
  readonly id: number;
  readonly name: string;
  readonly members: Student[];
}

export interface Student {
  readonly id: number;
  readonly displayName: string;
  /** The last four characters of the username. */
  readonly digits: string;
  readonly classes: ClassRoster[];
}

/** @param classIds none: all classes, and nobody is left out */
export function isIn({ classes }: Student, classIds: number[] | null | undefined): boolean {
  return !classIds || classes.some(({ id }) => classIds.includes(id));
}

/** Classes as a person would look for one: 9B before 10A. */
export function byName(one: { name: string }, other: { name: string }): number {
  return one.name.localeCompare(other.name, 'en', { numeric: true });
}

const pollMilliseconds = 5_000;
const answerWithinMilliseconds = 2_000;
const mostStems = 1_000;

/** “Ada” from a phone’s keyboard is “ada”, and an accent may be typed as one character or as two. */
const typed = (username: string) => username.trim().normalize('NFC').toLowerCase();

/**
 * Everybody who may attend, in memory: a hundred thousand students are a few dozen megabytes, and a warm process
 * decides about a check-in without a query. A change is announced; a poll of its revision catches a lost announcement.
 */
@Injectable()
export class Roster implements OnModuleInit {
  private readonly logger = new Logger(Roster.name);
  private revision = -1;
  private students = new Map<number, Student>();
  private byUsername = new Map<string, Student | 'several'>();
  private exactly = new Map<string, Student>();
  private classes: ClassRoster[] = [];
  private readonly stems = new Map<string, number>();

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
  allClasses(): ClassRoster[] {
    return this.classes;
  }

  get size(): number {
    return this.students.size;
  }

  student(id: number): Student | undefined {
    return this.students.get(id);
  }

  /** As `find`, of what this process knows already. */
  known(username: string): Student | undefined {
    const exact = this.exactly.get(username.trim());
    if (exact) return exact;
    const found = this.byUsername.get(typed(username));
    return found === 'several' ? undefined : found;
  }

  /** How many usernames are the same as this one but for their last four characters. */
  sharingStem(username: string): number {
    const stem = typed(username).slice(0, -4);
    let count = this.stems.get(stem);
    if (count === undefined) {
      count = 0;
      for (const name of this.byUsername.keys()) if (name.length === stem.length + 4 && name.startsWith(stem)) count++;
      if (this.stems.size >= mostStems) this.stems.clear();
      this.stems.set(stem, count);
    }
    return count;
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
      for (const member of section.members) {
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
    if ((await this.repository.revision()) !== this.revision) this.fill(await this.repository.read());
  }

  private fill(tables: RosterTables): void {
    const students = new Map<number, Student>();
    const byUsername = new Map<string, Student | 'several'>();
    const exactly = new Map<string, Student>();
    for (const { id, username, displayName } of tables.users) {
      const student: Student = { id, displayName, digits: username.slice(-4), classes: [] };
      students.set(id, student);
      exactly.set(username, student);
      byUsername.set(typed(username), byUsername.has(typed(username)) ? 'several' : student);
    }
    const classes = new Map<number, ClassRoster>(tables.classes.map((one) => [one.id, { ...one, members: [] }]));
    for (const { classId, userId } of tables.enrollments) {
      const student = students.get(userId);
      const section = classes.get(classId);
      if (!student || !section) continue;
      section.members.push(student);
      student.classes.push(section);
    }
    for (const section of classes.values())
      section.members.sort((one, other) => one.displayName.localeCompare(other.displayName));
    this.classes = [...classes.values()].sort(byName);
    this.stems.clear();
    this.students = students;
    this.byUsername = byUsername;
    this.exactly = exactly;
    this.revision = tables.revision;
  }
}
