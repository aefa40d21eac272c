import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Absentee, AttendanceLine, Bringer, ClassLine } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';
import { Roster } from '../../users/roster/roster.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { keysetPages } from '../../infrastructure/database/keyset-pages.ts';
import { csvDownload, jsonDownload } from '../../infrastructure/http/csv.ts';
import { ReportRepository, type AbsentRecord, type AttendanceRecord } from './report.repository.ts';

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

const leftLongAgo = { name: 'Somebody who has left the roster', username: '' };

/** What an event leaves on paper. Read from the database, page by page, whenever it is asked for. */
@Injectable()
export class ReportsService {
  constructor(
    private readonly events: LiveEvents,
    private readonly roster: Roster,
    private readonly reports: ReportRepository,
    private readonly attendances: AttendanceRepository,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND */
  async attendance(eventId: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const pages = inPages(
      (after) => this.reports.attendance(eventId, after),
      (row) => this.attendanceLine(event, row),
    );
    return answer(`attendance-${eventId}`, format, attendanceColumns, pages);
  }

  /** @throws ApiError EVENT_NOT_FOUND */
  async absentees(eventId: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    const read = (after: number) => this.reports.absent(eventId, event.opensAt, event.classIds ?? null, after);
    return answer(
      `absentees-${eventId}`,
      format,
      absenteeColumns,
      inPages(read, (row) => this.absentee(row)),
    );
  }

  /** @throws ApiError EVENT_NOT_FOUND */
  async classes(eventId: number, format: ReportFormat): Promise<StreamableFile> {
    const event = await this.events.find(eventId);
    return answer(`classes-${eventId}`, format, classColumns, onePage(await this.classLines(event)));
  }

  /** Who brought whom, in numbers. @throws ApiError EVENT_NOT_FOUND */
  async bringers(eventId: number, atLeast: number, format: ReportFormat): Promise<StreamableFile> {
    await this.events.find(eventId);
    const rows = await this.reports.bringers(eventId, atLeast);
    const lines = rows.map((row): Bringer => ({
      userId: row.userId,
      username: row.username ?? leftLongAgo.username,
      displayName: row.displayName ?? leftLongAgo.name,
      brought: Number(row.brought),
      firstAt: row.firstAt.toISOString(),
      lastAt: row.lastAt.toISOString(),
      minimumKbps: row.minimumKbps,
    }));
    return answer(`bringers-${eventId}`, format, bringerColumns, onePage(lines));
  }

  private async classLines(event: LiveEvent): Promise<ClassLine[]> {
    const byClass = await this.attendances.byClass(event.id);
    const concerned = this.roster.allClasses().filter(({ id }) => event.classIds?.includes(id) ?? true);
    return concerned.map(({ id, name, size }) => {
      const { checkedIn, checkedOut } = byClass.get(id) ?? { checkedIn: 0, checkedOut: 0 };
      const absent = Math.max(0, size - checkedIn);
      return {
        id,
        name,
        enrolled: size,
        checkedIn,
        absent,
        checkedOut,
        notCheckedOut: checkedIn - checkedOut,
      };
    });
  }

  private attendanceLine(event: LiveEvent, row: AttendanceRecord): AttendanceLine {
    const { userId, username, displayName, checkedInAt, checkedOutAt } = row;
    const closed = stateOf(event) === 'closed';
    return {
      userId,
      username,
      displayName,
      classes: this.classesOf(userId),
      state: checkedOutAt ? 'checked out' : closed ? 'did not check out' : 'checked in',
      checkedInAt: checkedInAt.toISOString(),
      checkedInBy: row.checkedInBy ?? leftLongAgo.name,
      checkedInByUsername: row.checkedInByUsername ?? leftLongAgo.username,
      checkedOutAt: checkedOutAt?.toISOString() ?? null,
      checkedOutBy: row.checkedOutBy,
      checkedOutByUsername: row.checkedOutByUsername,
      minutesBetweenCheckInAndCheckOut: checkedOutAt ? minutesBetween(checkedInAt, checkedOutAt) : null,
      kbps: row.kbps,
      corrected: row.corrected === 1,
    };
  }

  private absentee({ userId, username, displayName, revoked, left }: AbsentRecord): Absentee {
    const remark = revoked ? 'check-in revoked' : left ? 'left the roster since' : '';
    return { userId, username, displayName, classes: this.classesOf(userId), remark };
  }

  private classesOf(userId: number): string[] {
    return this.roster.student(userId)?.classes.map(({ name }) => name) ?? [];
  }
}

/** In tenths. */
function minutesBetween(from: Date, to: Date): number {
  return Math.round((to.getTime() - from.getTime()) / 6_000) / 10;
}

async function* inPages<From extends { userId: number }, To>(
  read: (afterUserId: number) => Promise<From[]>,
  translate: (row: From) => To,
): AsyncGenerator<To[]> {
  for await (const page of keysetPages(0, read, ({ userId }) => userId)) yield page.map(translate);
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
