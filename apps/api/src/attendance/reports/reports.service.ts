import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Absentee, AttendanceLine, Bringer, ClassLine } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { byName } from '../../users/roster/roster.ts';
import { RosterHistory, type Name } from '../../users/roster/roster-history.repository.ts';
import { EventRosterRepository, type AbsentRecord } from '../records/event-roster.repository.ts';
import { keysetPages } from '../../infrastructure/database/keyset-pages.ts';
import { csvDownload, jsonDownload } from '../../infrastructure/http/csv.ts';
import { ReportReads, rowsPerPage, type AttendanceRecord } from '../records/report-reads.repository.ts';

export type ReportFormat = 'csv' | 'json';

const attendanceColumns = [
  'userId',
  'username',
  'displayName',
  'classes',
  'state',
  'checkedInAt',
  'checkedInBy',
  'checkedInByUsername',
  'checkedOutAt',
  'checkedOutBy',
  'checkedOutByUsername',
  'minutesBetweenCheckInAndCheckOut',
  'kbps',
  'corrected',
] as const satisfies (keyof AttendanceLine)[];
const absenteeColumns = [
  'userId',
  'username',
  'displayName',
  'classes',
  'remark',
] as const satisfies (keyof Absentee)[];
const classColumns = [
  'name',
  'enrolled',
  'checkedIn',
  'absent',
  'checkedOut',
  'notCheckedOut',
] as const satisfies (keyof ClassLine)[];
const bringerColumns = [
  'userId',
  'username',
  'displayName',
  'brought',
  'firstAt',
  'lastAt',
  'minimumKbps',
] as const satisfies (keyof Bringer)[];

/** Of whom the database knows nothing any more. */
const unknown: Name = { displayName: 'Somebody who has left the roster', username: '' };

/** The people of one page, as they were while the event went on. */
interface People {
  name: (userId: number) => Name;
  classes: (userId: number) => string[];
}

/**
 * The reports on an event, read from the database page by page at each request. Names and classes are
 * those of the time of the event: of one that has closed, a report says the same for ever, but for what is corrected or
 * erased on purpose.
 */
@Injectable()
export class ReportsService {
  constructor(
    private readonly events: LiveEvents,
    private readonly reports: ReportReads,
    private readonly eventRoster: EventRosterRepository,
    private readonly history: RosterHistory,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND */
  async attendance(eventId: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const pages = this.inPages(
      event,
      (after) => this.reports.attendance(eventId, after),
      ({ userId, checkedInBy, checkedOutBy }) => [userId, checkedInBy, checkedOutBy ?? userId],
      (row, people) => attendanceLine(stateOf(event, this.events.now()) === 'closed', row, people),
    );
    return answer(`attendance-${eventId}`, format, attendanceColumns, pages);
  }

  /** @throws ApiError EVENT_NOT_FOUND */
  async absentees(eventId: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const pages = this.inPages(
      event,
      (after) => this.eventRoster.absent(event, after, rowsPerPage),
      ({ userId }) => [userId],
      absenteeLine,
    );
    return answer(`absentees-${eventId}`, format, absenteeColumns, pages);
  }

  /** @throws ApiError EVENT_NOT_FOUND */
  async classes(eventId: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const figures = await this.eventRoster.byClass(event);
    const lines = figures.sort(byName).map((one): ClassLine => ({
      ...one,
      absent: one.enrolled - one.checkedIn,
      notCheckedOut: one.checkedIn - one.checkedOut,
    }));
    return answer(`classes-${eventId}`, format, classColumns, onePage(lines));
  }

  /** Who brought whom, in numbers. @throws ApiError EVENT_NOT_FOUND */
  async bringers(eventId: number, atLeast: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const rows = await this.reports.bringers(eventId, atLeast);
    const names = await this.history.names(
      rows.map(({ userId }) => userId),
      event.opensAt,
    );
    const lines = rows.map(({ userId, brought, firstAt, lastAt, minimumKbps }): Bringer => ({
      userId,
      ...(names.get(userId) ?? unknown),
      brought,
      firstAt: firstAt.toISOString(),
      lastAt: lastAt.toISOString(),
      minimumKbps,
    }));
    return answer(`bringers-${eventId}`, format, bringerColumns, onePage(lines));
  }

  /** @param named whose names a row needs */
  private async *inPages<From extends { userId: number }, To>(
    event: LiveEvent,
    read: (afterUserId: number) => Promise<From[]>,
    named: (row: From) => number[],
    translate: (row: From, people: People) => To,
  ): AsyncGenerator<To[]> {
    for await (const page of keysetPages(0, read, ({ userId }) => userId)) {
      const [names, classes] = await Promise.all([
        this.history.names(new Set(page.flatMap(named)), event.opensAt),
        this.history.classes(
          page.map(({ userId }) => userId),
          event,
        ),
      ]);
      const people: People = {
        name: (userId) => names.get(userId) ?? unknown,
        classes: (userId) => classes.get(userId) ?? [],
      };
      yield page.map((row) => translate(row, people));
    }
  }
}

function attendanceLine(closed: boolean, row: AttendanceRecord, people: People): AttendanceLine {
  const { userId, checkedInAt, checkedInBy, checkedOutAt, checkedOutBy, kbps, corrected } = row;
  const bringer = people.name(checkedInBy);
  const leader = checkedOutBy === null ? null : people.name(checkedOutBy);
  return {
    userId,
    ...people.name(userId),
    classes: people.classes(userId),
    state: checkedOutAt ? 'checked out' : closed ? 'did not check out' : 'checked in',
    checkedInAt: checkedInAt.toISOString(),
    checkedInBy: bringer.displayName,
    checkedInByUsername: bringer.username,
    checkedOutAt: checkedOutAt?.toISOString() ?? null,
    checkedOutBy: leader?.displayName ?? null,
    checkedOutByUsername: leader?.username ?? null,
    minutesBetweenCheckInAndCheckOut: checkedOutAt ? minutesBetween(checkedInAt, checkedOutAt) : null,
    kbps,
    corrected: corrected === 1,
  };
}

function absenteeLine({ userId, revoked, left }: AbsentRecord, people: People): Absentee {
  const remark = revoked ? 'check-in revoked' : left ? 'left the roster since' : '';
  return { userId, ...people.name(userId), classes: people.classes(userId), remark };
}

/** In tenths. */
function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 6_000) / 10;
}

async function* onePage<Row>(rows: Row[]): AsyncGenerator<Row[]> {
  yield await Promise.resolve(rows);
}

function answer<Row extends Record<keyof Row, string | number | boolean | null | readonly string[]>>(
  name: string,
  format: ReportFormat,
  columns: readonly (keyof Row & string)[],
  pages: AsyncGenerator<Row[]>,
): Promise<StreamableFile> {
  return format === 'csv' ? csvDownload(name, columns, pages) : jsonDownload(pages);
}
