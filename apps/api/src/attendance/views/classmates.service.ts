import { Injectable } from '@nestjs/common';
import { mostClassmatesListed, wordsMatch, wordsOf, type Classmate, type ClassmatesQuery } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { concerns } from '../../stream/events/concerns.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { Roster, type ClassRoster, type Student } from '../../users/roster/roster.ts';
import type { Standing } from '../records/attendance.ts';
import { AttendanceReader, isIn, type Present } from '../records/attendance-reader.ts';

type Listed = [Student, ClassRoster];

const idsOf = (listed: readonly Listed[]) => listed.map(([{ id }]) => id);

/** Without the database the list still serves: whoever is there already is found out by the check-in. */
function views(listed: readonly Listed[], present: Present): Classmate[] {
  return listed.map(([{ id, displayName }, { name }]) => ({
    id,
    displayName,
    className: name,
    checkedIn: isIn(present, id),
  }));
}

/** Whom a student may bring to an event. */
@Injectable()
export class ClassmatesService {
  /** Of those who were searched among. A roster that is read again takes its students along. */
  private readonly words = new WeakMap<Student, readonly string[]>();

  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly reader: AttendanceReader,
  ) {}

  /**
   * Class by class, by name: everybody, or where `search` is given the first few hundred who match it.
   * @throws ApiError EVENT_NOT_FOUND
   */
  async of(me: Student, eventId: number, { search }: ClassmatesQuery): Promise<Classmate[]> {
    const event = await this.events.findFor(me, eventId);
    const listed = [...this.listed(me, event, search)];
    return views(listed, await this.reader.presentOf(eventId, idsOf(listed)));
  }

  /** The first few hundred, and how the student stands who looks at them. */
  async onArrival(me: Student, event: LiveEvent): Promise<{ standing: Standing; classmates: Classmate[] }> {
    const listed = [...this.listed(me, event, '')];
    const { standing, present } = await this.reader.arrival(event.id, me.id, idsOf(listed));
    return { standing, classmates: views(listed, present) };
  }

  private *listed(me: Student, event: LiveEvent, search: string | undefined): Generator<Listed> {
    const searched = search === undefined ? null : wordsOf(search);
    let count = 0;
    for (const listed of this.roster.classmatesOf(me)) {
      if (!concerns(event, listed[0])) continue;
      if (searched && searched.length > 0 && !wordsMatch(this.wordsOf(listed[0]), searched)) continue;
      yield listed;
      if (++count === mostClassmatesListed && searched) return;
    }
  }

  private wordsOf(student: Student): readonly string[] {
    const words = this.words.get(student) ?? wordsOf(student.displayName);
    this.words.set(student, words);
    return words;
  }
}
