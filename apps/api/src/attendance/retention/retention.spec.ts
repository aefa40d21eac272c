import { writeRoster, LiveEvent } from '@exco/persistence';
import { aDatabase, aLiveEvent, aStudent, type OwnDatabase } from '@exco/testing';
import type { Clock } from '../../infrastructure/clock.ts';
import type { Env } from '../../infrastructure/config/env.ts';
import { DailyTasks } from '../../infrastructure/scheduling/daily-tasks.repository.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import { LiveEventService } from '../../stream/events/live-event.service.ts';
import type { LiveEvents } from '../../stream/events/live-events.ts';
import type { Roster } from '../../users/roster/roster.ts';
import { AuditErasure } from '../audit/audit-erasure.repository.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import { UserAgentsRepository } from '../audit/user-agents.repository.ts';
import { AttendanceErasure } from '../records/attendance-erasure.repository.ts';
import { ErasureRepository } from './erasure.repository.ts';
import { ErasureService } from './erasure.service.ts';
import { RetentionService } from './retention.service.ts';

let database: OwnDatabase;
let events: LiveEventRepository;
beforeAll(async () => {
  database = await aDatabase();
  events = new LiveEventRepository(database.source.getRepository(LiveEvent));
});
beforeEach(async () => {
  for (const table of ['attendances', 'audit_entries', 'audit_batches', 'live_event_counters', 'live_events', 'users'])
    await database.source.query(`DELETE FROM ${table}`);
  await database.source.query('DELETE FROM daily_tasks');
});
afterAll(() => database.close());

const day = 86_400_000;
const now = Date.now();
type Settings = Partial<Pick<Env, `RETENTION_${'EVENTS' | 'AUDIT' | 'ADDRESSES' | 'LEAVERS'}_DAYS`>>;

function aProcess(settings: Settings, processId = 'one'): { retention: RetentionService; erasure: ErasureRepository } {
  const env = { ...settings, processId } as Env;
  const audit = new AuditRepository(database.source, new UserAgentsRepository(database.source));
  const { source } = database;
  const erasure = new ErasureRepository(source, audit, new AuditErasure(source), new AttendanceErasure(source));
  const nothing = { refresh: () => Promise.resolve(), publish: () => undefined, now: () => now };
  const signals = nothing as unknown as SignalBus;
  const roster = nothing as unknown as Roster;
  const life = new LiveEventService(events, nothing as unknown as LiveEvents, signals, roster);
  const service = new ErasureService(life, erasure, audit, roster, signals);
  const clock = { now: () => now } as Clock;
  return {
    retention: new RetentionService(new DailyTasks(database.source, env), erasure, service, clock, env),
    erasure,
  };
}

/** Closed so many days ago, with this many attendances and audit entries. */
async function anEvent(daysAgo: number, rows = 3): Promise<number> {
  const times = { opensAt: 3, startsAt: 2, endsAt: 1, closesAt: 0 };
  const dates = Object.entries(times).map(([name, hours]) => [name, new Date(now - daysAgo * day - hours * 3_600_000)]);
  const { id } = await events.create(aLiveEvent('closed', Object.fromEntries(dates) as Partial<LiveEvent>));
  const students = Array.from({ length: rows }, () => aStudent());
  await writeRoster(database.source, students);
  await database.source.query(
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
     SELECT ?, id, NOW(3), id, 1, 1 FROM users WHERE username IN (?)`,
    [id, students.map(({ username }) => username)],
  );
  await database.source.query(
    `INSERT INTO audit_entries (live_event_id, at, kind, outcome, actor_id, user_id, ip)
     SELECT live_event_id, NOW(3), 'check-in', 'checked-in', user_id, user_id, INET6_ATON('192.0.2.7')
     FROM attendances WHERE live_event_id = ?`,
    [id],
  );
  return id;
}

async function count(from: string, ...values: unknown[]): Promise<number> {
  const [row] = await database.source.query<{ count: string }[]>(`SELECT COUNT(*) AS count FROM ${from}`, values);
  return Number(row?.count);
}
const kept = async (id: number) => ({
  events: await count('live_events WHERE id = ?', id),
  attendances: await count('attendances WHERE live_event_id = ?', id),
  audit: await count('audit_entries WHERE live_event_id = ?', id),
  addresses: await count('audit_entries WHERE live_event_id = ? AND ip IS NOT NULL', id),
});
const all = { events: 1, attendances: 3, audit: 3, addresses: 3 };

test('without settings nothing goes', async () => {
  const id = await anEvent(5_000);
  await aProcess({}).retention.look();
  expect(await kept(id)).toEqual(all);
});

test('each kind after its own time, counted from the close of the event', async () => {
  const [fresh, noAddress, noAudit, gone] = [await anEvent(5), await anEvent(15), await anEvent(25), await anEvent(35)];
  await aProcess({
    RETENTION_ADDRESSES_DAYS: 10,
    RETENTION_AUDIT_DAYS: 20,
    RETENTION_EVENTS_DAYS: 30,
  }).retention.look();
  expect(await Promise.all([fresh, noAddress, noAudit, gone].map(kept))).toEqual([
    all,
    { ...all, addresses: 0 },
    { ...all, audit: 0, addresses: 0 },
    { events: 0, attendances: 0, audit: 0, addresses: 0 },
  ]);
  expect(await count("audit_entries WHERE live_event_id = 0 AND kind = 'deletion' AND reason = 'Retention'")).toBe(1);
});

test('in small statements: an event of more rows than one takes goes whole', async () => {
  const id = await anEvent(40, 4_500);
  await aProcess({ RETENTION_EVENTS_DAYS: 30 }).retention.look();
  expect(await kept(id)).toMatchObject({ events: 0, attendances: 0, audit: 0 });
});

test('students who left long ago lose their name, the others keep it', async () => {
  const [old, recent, here] = [aStudent(), aStudent(), aStudent()];
  await writeRoster(database.source, [old, recent, here]);
  const leave = (username: string, days: number) =>
    database.source.query('UPDATE users SET left_at = ? WHERE username = ?', [new Date(now - days * day), username]);
  await leave(old.username, 400);
  await leave(recent.username, 300);
  await aProcess({ RETENTION_LEAVERS_DAYS: 365 }).retention.look();
  expect(await count('users WHERE anonymised_at IS NOT NULL')).toBe(1);
  expect(await count('users WHERE username IN (?)', [old.username, recent.username, here.username])).toBe(2);
});

test('of several processes one does it, once a day; a deletion that was interrupted is completed', async () => {
  const [id, half] = [await anEvent(40), await anEvent(1)];
  await database.source.query('UPDATE live_events SET deleted_at = NOW(3) WHERE id = ?', [half]);
  const processes = ['one', 'two', 'three'].map((name) => aProcess({ RETENTION_EVENTS_DAYS: 30 }, name));
  await Promise.all(processes.map(({ retention }) => retention.look()));
  expect(await count("audit_entries WHERE live_event_id = 0 AND kind = 'deletion'")).toBe(1);
  expect(await count('live_events WHERE id IN (?)', [id, half])).toBe(0);
  const another = await anEvent(40);
  await processes[1]?.retention.look();
  expect(await kept(another)).toEqual(all);
  await database.source.query('UPDATE daily_tasks SET done_at = done_at - INTERVAL 25 HOUR');
  await processes[2]?.retention.look();
  expect(await kept(another)).toMatchObject({ events: 0 });
});

test('a process that was killed holds the task for some minutes, not for ever', async () => {
  const id = await anEvent(40);
  const { retention } = aProcess({ RETENTION_EVENTS_DAYS: 30 });
  await database.source.query(
    "INSERT INTO daily_tasks (name, held_by, held_until) VALUES ('retention', 'killed', NOW(3) + INTERVAL 5 MINUTE)",
  );
  await retention.look();
  expect(await kept(id)).toEqual(all);
  await database.source.query('UPDATE daily_tasks SET held_until = held_until - INTERVAL 6 MINUTE');
  await retention.look();
  expect(await kept(id)).toMatchObject({ events: 0 });
});

test('keys of audit statements go after a day', async () => {
  const key = (at: number) => {
    const bytes = Buffer.alloc(16, 7);
    bytes.writeUIntBE(at, 0, 6);
    return bytes;
  };
  await database.source.query('INSERT INTO audit_batches (batch_key) VALUES (?), (?)', [key(now - 2 * day), key(now)]);
  await aProcess({}).retention.look();
  expect(await count('audit_batches')).toBe(1);
});
