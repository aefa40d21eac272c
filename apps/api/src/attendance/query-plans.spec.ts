import { randomBytes } from 'node:crypto';
import { inheritedEnv } from '@exco/local-stack';
import { LiveEvent, openDatabase } from '@exco/persistence';
import {
  aDatabase,
  aLiveEvent,
  formsWithACase,
  forgetStatements,
  statementForms,
  tellsFormsAsListed,
  writeFormsWithACase,
  type OwnDatabase,
} from '@exco/testing';
import type { DataSource } from 'typeorm';
import type { Env } from '../infrastructure/config/env.ts';
import { PacketPool } from '../infrastructure/database/packet-pool.ts';
import { DailyTasks } from '../infrastructure/scheduling/daily-tasks.repository.ts';
import { LiveEventRepository } from '../stream/events/live-event.repository.ts';
import { InvitedRepository } from '../stream/events/invited.repository.ts';
import { RosterDiff } from '../users/roster-import/roster-diff.ts';
import { RosterAdminRepository } from '../users/roster/roster-admin.repository.ts';
import { RosterHistory } from '../users/roster/roster-history.repository.ts';
import { RosterTableBuilder } from '../users/roster/roster-table.ts';
import { RosterRepository } from '../users/roster/roster.repository.ts';
import { AuditRepository } from './audit/audit.repository.ts';
import { GivenUpRepository } from './audit/given-up.repository.ts';
import { UserAgentsRepository } from './audit/user-agents.repository.ts';
import { ReportReads } from './records/report-reads.repository.ts';
import { ErasureRepository } from './retention/erasure.repository.ts';
import { StudentRecordRepository } from './retention/student-record.repository.ts';
import { AttendanceRepository } from './records/attendance.repository.ts';
import { BatchWrites } from './records/batch-writes.repository.ts';
import { CorrectionWrites } from './records/correction-writes.repository.ts';
import { EventRosterRepository } from './records/event-roster.repository.ts';

/*
 * Rows that a statement reads, counted by the server and not estimated, in a database of two hundred events of which one
 * holds as many as a hundred others. At most three for each row sent or asked about, or the reason beside it; and the same
 * whatever the statistics say. Each statement of the API and the worker has its case: the end-to-end suite collects what
 * they ask and compares it with the list that stands here. UPDATE_STATEMENTS=1 writes that list anew.
 */

const events = 200;
const students = 10_000;
const largest = events;
const small = 7;

let database: OwnDatabase;
let source: DataSource;
let packets: PacketPool;
let ownReads = 0;
const ids = new Map<number, number>();
const idOf = (event: number) => ids.get(event) ?? 0;
const rowsOf = (event: number) => Math.floor(students / (events + 1 - event));

const digits = `(SELECT 0 AS d ${Array.from({ length: 9 }, (_, at) => `UNION ALL SELECT ${at + 1}`).join(' ')})`;

beforeAll(async () => {
  database = await aDatabase({ recordsStatements: true });
  source = await openDatabase(database.url, 3);
  packets = new PacketPool(database.url);
  await fill(database.source);
  const [before, after] = [await readsSoFar(), await readsSoFar()];
  ownReads = after - before;
}, 120_000);
afterAll(async () => {
  await packets.onApplicationShutdown();
  await source.destroy();
  await database.close();
});

async function fill(into: DataSource): Promise<void> {
  const list = new LiveEventRepository(into.getRepository(LiveEvent));
  for (let event = 1; event <= events; event++) {
    const times = Object.fromEntries(
      Object.entries({ opensAt: 3, startsAt: 2, endsAt: 1, closesAt: 0 }).map(([name, hours]) => [
        name,
        new Date(Date.now() - (events - event + 1) * 86_400_000 - hours * 3_600_000),
      ]),
    );
    ids.set(event, (await list.create(aLiveEvent('closed', times))).id);
  }
  await into.query(
    `INSERT INTO users (id, username, display_name, since)
     SELECT n, CONCAT('pupil', LPAD(n, 5, '0')), 'Zoë', '2020-01-01' FROM (
       SELECT 1 + a.d + 10 * b.d + 100 * c.d + 1000 * e.d AS n FROM ${digits} a, ${digits} b, ${digits} c, ${digits} e) AS numbers`,
  );
  await into.query("INSERT INTO class_sections (id, name) SELECT id, CONCAT('Class ', id) FROM users WHERE id <= 300");
  await into.query(
    "INSERT INTO enrollments (class_section_id, user_id, since) SELECT 1 + id % 300, id, '2020-01-01' FROM users",
  );
  const first = idOf(1);
  await into.query(
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
     SELECT live_events.id, users.id, opens_at, users.id - users.id % 3 + 1, 4000, 192000
     FROM live_events JOIN users ON users.id <= FLOOR(${students} / (${events} - live_events.id + ${first}))`,
  );
  await into.query(
    `INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip)
     SELECT live_event_id, checked_in_at, IF(twice.d = 0, 'check-in', 'digit-check'), IF(twice.d = 0, 'checked-in', 'match'),
            checked_in_by, user_id, INET6_ATON('192.0.2.7')
     FROM attendances JOIN (SELECT 0 AS d UNION ALL SELECT 1) AS twice ORDER BY live_event_id, user_id`,
  );
  await into.query('UPDATE live_event_counters SET checked_in = 1');
}

const tables = [
  'users',
  'enrollments',
  'class_sections',
  'live_events',
  'live_event_counters',
  'attendances',
  'audit_entries',
];
const statistics: Record<string, () => Promise<void>> = {
  fresh: async () => {
    for (const table of tables) await database.source.query(`ANALYZE TABLE ${table}`);
  },
  'those of empty tables': () => lie(1, 1),
  'those that believe in events of a few rows': () => lie(5_000_000, 1_000_000),
};

async function lie(rows: number, distinct: number): Promise<void> {
  for (const table of tables) await database.source.query(`ALTER TABLE ${table} STATS_AUTO_RECALC = 0`);
  await database.source.query(`UPDATE mysql.innodb_table_stats SET n_rows = ? WHERE database_name = DATABASE()`, [
    rows,
  ]);
  await database.source.query(
    `UPDATE mysql.innodb_index_stats SET stat_value = ? WHERE database_name = DATABASE() AND stat_name LIKE 'n\\_diff%'`,
    [distinct],
  );
  await database.source.query(`FLUSH TABLES ${tables.join(', ')}`);
}

/** Of the whole server, which nobody else asks anything. */
async function readsSoFar(): Promise<number> {
  const rows = await source.query<{ Value: string }[]>("SHOW GLOBAL STATUS LIKE 'Handler_read%'");
  return rows.reduce((sum, { Value }) => sum + Number(Value), 0);
}

async function readsOf(act: () => Promise<unknown>): Promise<number> {
  const before = await readsSoFar();
  await act();
  return (await readsSoFar()) - before - ownReads;
}

const origin = { at: Date.now(), address: Buffer.from([192, 0, 2, 7]), userAgent: 'Browser' };
const env = { processId: 'one' } as Env;
const some = (count: number, from = 1) => Array.from({ length: count }, (_, index) => from + index);

interface Case {
  act: () => Promise<unknown>;
  /** Rows that are sent, asked about or changed. */
  about: number;
  /** Why it may read more than three for each of them, and how many at most. */
  because?: [reason: string, reads: number];
}

function readCases(): Record<string, Case> {
  const attendance = new AttendanceRepository(source);
  const list = new LiveEventRepository(source.getRepository(LiveEvent));
  const roster = new RosterRepository(source);
  const history = new RosterHistory(source);
  const eventRoster = new EventRosterRepository(source);
  const reports = new ReportReads(source);
  const audit = new AuditRepository(source, new UserAgentsRepository(source));
  const erasure = new ErasureRepository(source, audit);
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
    'all that have closed': { act: () => list.listedClosed(new Date(), undefined, undefined), about: 2 * events },
    'all that have closed before one': { act: () => list.listedClosed(new Date(), idOf(100), undefined), about: 200 },
    'one event': { act: () => list.one(idOf(small)), about: 1 },
    'a page of events': {
      act: () => list.listedClosed(new Date(), undefined, 50),
      about: 50,
      because: ['a server sorts a few hundred events rather than use the key', 2 * events],
    },
    'a later page of events': { act: () => list.listedClosed(new Date(), idOf(100), 50), about: 50 },
    'who is revoked at events to come': {
      act: () => attendance.revoked(new Date()),
      about: 1,
      because: ['looks at each event', events + 10],
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
      because: ['two keys are merged', 60],
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
    'all that is kept about one: attendance': { act: () => record.attendances(1), about: events },
    'all that is kept about one: audit': {
      act: () => record.audit(9_000),
      about: 8,
      because: ['looks once by each key into each event, and sorts', 8 * events],
    },
    'events to delete': {
      act: () => erasure.eventsToDelete(null),
      about: 1,
      because: ['looks at each event once a day', events + 10],
    },
  };
}

const done = () => Promise.resolve();

let used = 0;
/** Students whom no case has written about yet. */
const fresh = (count: number) => some(count, 1_001 + (used += count) - count);
let removed = 50;
const nextEvent = () => idOf(++removed);

function writeCases(): Record<string, Case> {
  const batches = new BatchWrites(packets);
  const list = new LiveEventRepository(source.getRepository(LiveEvent));
  const audit = new AuditRepository(source, new UserAgentsRepository(source));
  const erasure = new ErasureRepository(source, audit);
  const corrections = new CorrectionWrites();
  const [withFew, withARevoked] = [idOf(40), idOf(41)];
  const checkIn = (userId: number, byId = userId) => ({ userId, byId, at: Date.now(), kbps: 4_000, bytes: 192_000 });
  const checkOut = (userId: number) => ({ userId, byId: userId, at: Date.now(), expected: false });
  const act = (kind: 'check-in', userId: number) => ({ kind, eventId: withFew, actorId: userId, origin });
  const correct = (userId: number, kind: 'check-in' | 'check-out' | 'revoke') =>
    corrections.apply(source.manager, withARevoked, { userId, kind }, new Date(), new Date());
  const noted = { kind: 'correction', eventId: withFew, userId: 1, outcome: 'check-in', reason: 'Ill' } as const;
  const bySize = [1, 30, 200].flatMap((count): [string, Case][] => [
    [
      `check-in of ${count}`,
      {
        act: () =>
          batches.checkIn(
            withFew,
            fresh(count).map((id) => checkIn(id)),
          ),
        about: count,
      },
    ],
    [
      `check-in of ${count} who are there`,
      {
        act: () =>
          batches.checkIn(
            idOf(largest),
            some(count).map((id) => checkIn(id)),
          ),
        about: 2 * count,
      },
    ],
    [
      `check-out of ${count}`,
      { act: () => batches.checkOut(idOf(largest), fresh(count).map(checkOut)), about: 2 * count },
    ],
    [
      `audit of ${count}`,
      {
        act: () =>
          audit.add(
            fresh(count).map((userId) => ({ act: act('check-in', userId), userId, outcome: 'ok' })),
            randomBytes(16),
          ),
        about: count,
      },
    ],
  ]);
  return {
    ...Object.fromEntries(bySize),
    'check-in by who is revoked': {
      act: async () => {
        await correct(2, 'revoke');
        await batches.checkIn(withARevoked, [checkIn(3, 2)]);
        await correct(2, 'check-in');
      },
      about: 10,
    },
    'check-in and check-out by hand': {
      act: async () => {
        const [userId = 0] = fresh(1);
        await correct(userId, 'check-in');
        await correct(userId, 'check-out');
      },
      about: 4,
    },
    'audit of what was given up': {
      act: () =>
        new GivenUpRepository(source).add(randomBytes(8).toString('hex'), withFew, [{ userId: 1, byId: 1, at: 1 }]),
      about: 1,
    },
    'an act of an admin': {
      act: () => audit.addOfAdmin(source.manager, { ...noted, before: null, origin }),
      about: 1,
    },
    'one import at a time': {
      act: () => source.transaction(async (manager) => new RosterDiff(manager, 'merge').lock()),
      about: 1,
    },
    'user agents': { act: () => new UserAgentsRepository(source).idsOf(['Browser', 'Other browser']), about: 2 },
    'an event is made, changed, hidden and removed': {
      act: async () => {
        const { id } = await list.create(aLiveEvent('scheduled'));
        await list.change(id, () => ({ title: 'Changed' }));
        await list.hide(id, () => true, done);
        await erasure.removeEvent(id, done);
      },
      about: 12,
    },
    'an event is removed': {
      act: () => erasure.removeEvent(nextEvent(), done),
      about: 3 * rowsOf(80),
    },
    'addresses of an event are removed': {
      act: () => erasure.removeAddresses(nextEvent(), done),
      about: 2 * rowsOf(80),
    },
    'a student is anonymised': {
      act: () => erasure.anonymise(fresh(1)[0] ?? 0, 'On request', origin),
      about: 10,
      because: ['looks once by each key into each event', 8 * events],
    },
    'who left long ago': {
      act: () => erasure.leavers(new Date(0)),
      about: 1,
      because: ['the roster, once a day', students + 10],
    },
    'events whose audit goes': {
      act: () => erasure.eventsWith('audit', new Date()),
      about: events,
    },
    'events whose addresses go': { act: () => erasure.eventsWith('addresses', new Date()), about: events },
    'keys of statements long ago': { act: () => erasure.removeAuditBatches(new Date(0)), about: 1 },
    'user agents long ago': { act: () => erasure.removeUserAgents(new Date(0)), about: 3 },
    'the task of the day': {
      act: () => new DailyTasks(source, env).run(randomBytes(8).toString('hex'), (keep) => keep()),
      about: 3,
    },
  };
}

/** By every combination of conditions. Of an event that is small: what a filter costs in a large one has its own case. */
function auditCases(): Record<string, Case> {
  const audit = new AuditRepository(source, new UserAgentsRepository(source));
  const conditions = Object.entries({ userId: 3, kind: 'check-in', outcome: 'match', before: 1_000_000 } as const);
  const combinations = Array.from({ length: 2 ** conditions.length }, (_, bits) =>
    Object.fromEntries(conditions.filter((_condition, at) => bits & (1 << at))),
  );
  return Object.fromEntries(
    combinations.map((filter) => [
      `audit by ${Object.keys(filter).join(', ')}`,
      { act: () => audit.find(idOf(45), filter, 200), about: 2 * rowsOf(45) },
    ]),
  );
}

const cases = () => ({ ...readCases(), ...auditCases(), ...writeCases() });

describe.each(Object.entries(statistics))('statistics: %s', (_, prepare) => {
  beforeAll(prepare);

  test('no statement reads more than three rows for each that it is about, but for a reason', async () => {
    const tooMany: Record<string, string> = {};
    for (const [name, { act, about, because }] of Object.entries(cases())) {
      await act();
      const reads = await readsOf(act);
      const most = because?.[1] ?? 3 * about + 5;
      if (reads > most) tooMany[name] = `${reads} rows read, at most ${most}`;
    }
    expect(tooMany).toEqual({});
  });
});

test('what reads a whole event would be found', async () => {
  const sql =
    'SELECT user_id FROM attendances USE INDEX (attendances_brought) WHERE live_event_id = ? AND user_id IN (?)';
  expect(await readsOf(() => source.query(sql, [idOf(largest), some(30)]))).toBeGreaterThanOrEqual(rowsOf(largest));
});

test('the list of statements that have a case is true; UPDATE_STATEMENTS=1 writes it anew', async () => {
  if (!(await tellsFormsAsListed(source))) return;
  await forgetStatements(source);
  for (const { act } of Object.values(cases())) await act();
  const forms = await statementForms(source);
  if (inheritedEnv()['UPDATE_STATEMENTS']) writeFormsWithACase(forms);
  expect(forms).toEqual(formsWithACase());
}, 60_000);
