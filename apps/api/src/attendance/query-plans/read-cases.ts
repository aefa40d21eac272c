import { LiveEvent } from '@exco/persistence';
import { aLiveEvent } from '@exco/testing';
import { InvitedRepository } from '../../stream/events/invited.repository.ts';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import { RosterAdminRepository } from '../../users/roster/roster-admin.repository.ts';
import { RosterHistory } from '../../users/roster/roster-history.repository.ts';
import { RosterTableBuilder } from '../../users/roster/roster-table.ts';
import { RosterRepository } from '../../users/roster/roster.repository.ts';
import { AuditErasure } from '../audit/audit-erasure.repository.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import { UserAgentsRepository } from '../audit/user-agents.repository.ts';
import { AttendanceErasure } from '../records/attendance-erasure.repository.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { EventRosterRepository } from '../records/event-roster.repository.ts';
import { ReportReads } from '../records/report-reads.repository.ts';
import { ErasureRepository } from '../retention/erasure.repository.ts';
import { StudentRecordRepository } from '../retention/student-record.repository.ts';
import { some, type Case, type Questioned } from './case.ts';
import { eventCount, largest, rowsOf, small, students } from './past-events.ts';

export function readCases({ source, events }: Questioned): Record<string, Case> {
  const idOf = (event: number) => events.idOf(event);
  const attendance = new AttendanceRepository(source);
  const list = new LiveEventRepository(source.getRepository(LiveEvent));
  const roster = new RosterRepository(source);
  const history = new RosterHistory(source);
  const eventRoster = new EventRosterRepository(source);
  const reports = new ReportReads(source);
  const audit = new AuditRepository(source, new UserAgentsRepository(source));
  const auditErasure = new AuditErasure(source);
  const erasure = new ErasureRepository(source, audit, auditErasure, new AttendanceErasure(source));
  const record = new StudentRecordRepository(source);
  const event = (n: number) => ({ ...aLiveEvent('closed'), id: idOf(n), classIds: null });
  const byIds = [1, 2, 30, 150, 1_000].flatMap((count): [string, Case][] => [
    [`am I checked in, ${count}`, { act: () => attendance.recorded(idOf(largest), some(count)), about: count }],
    [`are these checked in, ${count}`, { act: () => attendance.present(idOf(largest), some(count)), about: count }],
    [
      `are these checked in, nobody is, ${count}`,
      { act: () => attendance.present(idOf(small), some(count, 9_000)), about: count },
    ],
    [
      `whom these brought, ${count}`,
      {
        act: () =>
          attendance.broughtBy(
            idOf(largest),
            some(count).map((n) => 3 * n + 1),
          ),
        about: 3 * count,
      },
    ],
    [
      `names, ${count}`,
      {
        act: () => history.names(some(count), new Date()),
        about: count,
        because: ['past names are looked for too', 4 * count + 10],
      },
    ],
    [
      `classes, ${count}`,
      {
        act: () => history.classes(some(count), event(largest)),
        about: count,
        because: ['enrolment, class and past enrolment of each, and the union of both', 8 * count + 20],
      },
    ],
  ]);
  const wholeRoster = 'the roster is read whole, whoever of it attended';
  return {
    ...Object.fromEntries(byIds),
    'the counts': { act: () => attendance.counter(idOf(largest)), about: 1 },
    'has the roster changed': { act: () => roster.revision(), about: 1 },
    'have the events changed': { act: () => list.revision(), about: 1 },
    'the events around now': {
      act: () => list.current(new Date()),
      about: 50,
      because: ['sorted by the key, each row once', 110],
    },
    'an admin’s list of what has not closed': { act: () => list.listedAround(new Date()), about: 1 },
    'all that have closed': { act: () => list.listedClosed(new Date(), undefined, undefined), about: 2 * eventCount },
    'all that have closed before one': { act: () => list.listedClosed(new Date(), idOf(100), undefined), about: 200 },
    'one event': { act: () => list.one(idOf(small)), about: 1 },
    'a page of events': {
      act: () => list.listedClosed(new Date(), undefined, 50),
      about: 50,
      because: ['a server sorts a few hundred events rather than use the key', 2 * eventCount],
    },
    'a later page of events': {
      act: () => list.listedClosed(new Date(), idOf(100), 50),
      about: 50,
      because: ['a server sorts a few hundred events rather than use the key', 2 * eventCount],
    },
    'who is revoked at events to come': {
      act: () => attendance.revoked(new Date()),
      about: 1,
      because: ['looks at each event', eventCount + 10],
    },
    'the roster at its change': { act: () => roster.read((most) => new RosterTableBuilder(most)), about: 20_300 },
    'a page of the invited': { act: () => new InvitedRepository(source).page(5_000), about: 500 },
    'a page of attendance': { act: () => reports.attendance(idOf(largest), 5_000), about: 1_000 },
    'who brought how many': {
      act: () => reports.bringers(idOf(largest), 1),
      about: 1_000,
      because: ['all of the event are counted, grouped and sorted', 3 * rowsOf(largest) + 3 * students],
    },
    'a page of absentees': {
      act: () => eventRoster.absent(event(small), 0, 1_000),
      about: 1_000,
      because: [wholeRoster, 4_000],
    },
    'how many it is for': {
      act: () => eventRoster.enrolled(event(small)),
      about: 1,
      because: [wholeRoster, 3 * students],
    },
    'attendance by class': {
      act: () => eventRoster.byClass(event(largest)),
      about: 300,
      because: ['all enrolled are counted: enrolment, attendance, and a union read once', 6 * students],
    },
    'audit, first page of an old event': { act: () => audit.find(idOf(100), {}, 100), about: 100 },
    'audit, a later page': { act: () => audit.find(idOf(largest), { before: 60_000 }, 200), about: 200 },
    'audit, the page after the last': { act: () => audit.find(idOf(100), { before: 1 }, 200), about: 1 },
    'audit of a student': {
      act: () => audit.find(idOf(largest), { userId: 3_001 }, 200),
      about: 8,
      because: ['found by two keys, then read with the names', 60],
    },
    'audit by an outcome that nothing has': {
      act: () => audit.find(idOf(100), { outcome: 'locked' }, 200),
      about: 1,
      because: ['all entries of that one event', 2 * rowsOf(100) + 10],
    },
    'all that is kept about one: the student': { act: () => record.user(1), about: 1 },
    'all that is kept about one: names': { act: () => record.pastNames(1), about: 1 },
    'all that is kept about one: classes': { act: () => record.classes(1), about: 2 },
    'a search for a student': {
      act: () => new RosterAdminRepository(source).search('Zo'),
      about: 50,
      because: ['any part of a name: all of the roster, sorted', 2 * students + 100],
    },
    'absentees of some classes': {
      act: () => eventRoster.absent({ ...event(small), classIds: [1, 2] }, 0, 1_000),
      about: 70,
      because: [wholeRoster, 8 * students],
    },
    'how many it is for, of some classes': {
      act: () => eventRoster.enrolled({ ...event(small), classIds: [1, 2] }),
      about: 1,
      because: [wholeRoster, 8 * students],
    },
    'attendance by some classes': {
      act: () => eventRoster.byClass({ ...event(largest), classIds: [1, 2] }),
      about: 70,
      because: ['all enrolled in them are counted: enrolment, attendance, and a union read once', 600],
    },
    'all that is kept about one: attendance': { act: () => reports.ofStudent(1), about: eventCount },
    'all that is kept about one: audit': {
      act: () => auditErasure.ofStudent(9_000),
      about: 8,
      because: ['looks once by each key into each event, and sorts', 8 * eventCount],
    },
    'events to delete': {
      act: () => erasure.eventsToDelete(null),
      about: 1,
      because: ['looks at each event once a day', eventCount + 10],
    },
  };
}

/** By every combination of conditions. Of an event that is small: what a filter costs in a large one has its own case. */
export function auditFilterCases({ source, events }: Questioned): Record<string, Case> {
  const audit = new AuditRepository(source, new UserAgentsRepository(source));
  const conditions = Object.entries({ userId: 3, kind: 'check-in', outcome: 'match', before: 1_000_000 } as const);
  const combinations = Array.from({ length: 2 ** conditions.length }, (_, bits) =>
    Object.fromEntries(conditions.filter((_condition, at) => bits & (1 << at))),
  );
  return Object.fromEntries(
    combinations.map((filter) => [
      `audit by ${Object.keys(filter).join(', ')}`,
      { act: () => audit.find(events.idOf(45), filter, 200), about: 2 * rowsOf(45) },
    ]),
  );
}
