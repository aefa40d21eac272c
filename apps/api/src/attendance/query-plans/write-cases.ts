import { randomBytes } from 'node:crypto';
import { LiveEvent } from '@exco/persistence';
import { aLiveEvent } from '@exco/testing';
import type { Env } from '../../infrastructure/config/env.ts';
import { DailyTasks } from '../../infrastructure/scheduling/daily-tasks.repository.ts';
import { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import { RosterDiff } from '../../users/roster-import/roster-diff.ts';
import { AuditErasure } from '../audit/audit-erasure.repository.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import { GivenUpRepository } from '../audit/given-up.repository.ts';
import { UserAgentsRepository } from '../audit/user-agents.repository.ts';
import { AttendanceErasure } from '../records/attendance-erasure.repository.ts';
import { BatchWrites } from '../records/batch-writes.repository.ts';
import { CorrectionWrites } from '../records/correction-writes.repository.ts';
import { ErasureRepository } from '../retention/erasure.repository.ts';
import { some, type Case, type Questioned } from './case.ts';
import { eventCount, largest, rowsOf, students } from './past-events.ts';

const origin = { at: Date.now(), address: Buffer.from([192, 0, 2, 7]), userAgent: 'Browser' };
const env = { processId: 'one' } as Env;
const done = () => Promise.resolve();

let used = 0;
/** Students whom no case has written about yet. */
const fresh = (count: number) => some(count, 1_001 + (used += count) - count);
let removed = 50;

export function writeCases({ source, packets, events }: Questioned): Record<string, Case> {
  const idOf = (event: number) => events.idOf(event);
  const nextEvent = () => idOf(++removed);
  const batches = new BatchWrites(packets);
  const list = new LiveEventRepository(source.getRepository(LiveEvent));
  const audit = new AuditRepository(source, new UserAgentsRepository(source));
  const erasure = new ErasureRepository(source, audit, new AuditErasure(source), new AttendanceErasure(source));
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
      {
        act: () => batches.checkOut(idOf(largest), fresh(count).map(checkOut)),
        about: count,
        because: ['found, changed and read back; and MySQL counts the list that is asked about twice', 7 * count + 5],
      },
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
      because: ['looks once by each key into each event', 8 * eventCount],
    },
    'who left long ago': {
      act: () => erasure.leavers(new Date(0)),
      about: 1,
      because: ['the roster, once a day', students + 10],
    },
    'events whose audit goes': {
      act: () => erasure.eventsWith('audit', new Date()),
      about: eventCount,
    },
    'events whose addresses go': { act: () => erasure.eventsWith('addresses', new Date()), about: eventCount },
    'keys of statements long ago': { act: () => erasure.removeAuditBatches(new Date(0)), about: 1 },
    'user agents long ago': { act: () => erasure.removeUserAgents(new Date(0)), about: 3 },
    'the task of the day': {
      act: () => new DailyTasks(source, env).run(randomBytes(8).toString('hex'), (keep) => keep()),
      about: 3,
    },
  };
}
