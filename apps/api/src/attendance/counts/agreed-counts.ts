import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Counts, CountsMessage } from '@exco/contracts';
import { Clock } from '../../infrastructure/clock.ts';
import { within } from '../../infrastructure/database/failures.ts';
import { busy } from '../../infrastructure/http/api-error.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { RedisConnections, redisPrefix, withoutSync } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { attendanceCommitted } from '../records/attendance-signals.ts';
import type { AttendanceCounter } from '../records/attendance.ts';
import { AttendanceRepository } from '../records/attendance.repository.ts';
import { watchingChanged } from './presence-signals.ts';
import { goneAfterMilliseconds, Presence, watchingKey } from './presence.ts';

/** How old the counts may be that an answer carries; and while they are known to have changed. */
const oldestMilliseconds = 5_000;
const oldestWhenChangedMilliseconds = 50;
const databaseDeadlineMilliseconds = 2_000;

/** Figures that nobody asked for and nobody here watches for so long are forgotten by this process; by Redis later. */
const idleMilliseconds = 10 * 60_000;
const keptMilliseconds = 24 * 60 * 60_000;

/**
 * One answer for all processes. Each brings the counter that it read; the highest revision wins, and a change raises
 * `seq`. So the same figures have the same `seq` wherever a student is connected. The revision is forgotten after a
 * minute, so that a database restored from a backup is believed. Redis’s own clock says who is gone: those of the
 * machines differ.
 * A Redis that has lost its data, or an older copy that took its place, goes on from the `seq` and the revision that a
 * process knows. The first `seq` is the time in milliseconds: above all that was told before, when nobody knows that.
 * KEYS: figures, watchers. ARGV: checked in, checked out, revision (-1: this process knows none), the seq that this
 * process has told, 1 if the database said so just now (if not, what was agreed stands unless it is older). Answers
 * nothing where nothing is known.
 */
const agree = `
${withoutSync}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ${goneAfterMilliseconds})
local known = redis.call('HMGET', KEYS[1], 'checkedIn', 'checkedOut', 'watching', 'seq', 'revision', 'until')
local checkedIn, checkedOut, revision = ARGV[1], ARGV[2], tonumber(ARGV[3])
if revision < 0 and not known[1] then return {} end
if known[1] and tonumber(known[5]) > revision and (ARGV[5] == '0' or tonumber(known[6]) > now) then
  checkedIn, checkedOut, revision = known[1], known[2], tonumber(known[5])
end
local watching = tostring(redis.call('ZCARD', KEYS[2]))
local before = tonumber(known[4] or now)
local seq = math.max(before, tonumber(ARGV[4]))
local changed = known[1] ~= checkedIn or known[2] ~= checkedOut or known[3] ~= watching
if changed then seq = seq + 1 end
if changed or seq > before then
  redis.call('HSET', KEYS[1], 'checkedIn', checkedIn, 'checkedOut', checkedOut, 'watching', watching,
    'seq', seq, 'revision', revision, 'until', now + 60000)
end
redis.call('PEXPIRE', KEYS[1], ${keptMilliseconds})
return { tonumber(checkedIn), tonumber(checkedOut), tonumber(watching), seq }
`;

type Agreed = [checkedIn: number, checkedOut: number, watching: number, seq: number];

interface Figures {
  last: CountsMessage | null;
  readAt: number;
  /** A change was announced since the last reading. */
  changed: boolean;
  /** When the database last confirmed them. */
  confirmedAt: number;
  /** As the database had it last. */
  counter: AttendanceCounter | null;
  reading: Promise<CountsMessage> | null;
}

/** Total attendance and presence of each event: the same figures in every process. */
@Injectable()
export class AgreedCounts implements OnModuleInit {
  private readonly byEvent = new Map<number, Figures>();

  constructor(
    private readonly repository: AttendanceRepository,
    private readonly presence: Presence,
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    for (const signal of [attendanceCommitted, watchingChanged])
      this.signals.on(signal, ({ eventId }) => (this.figures(eventId).changed = true));
  }

  /** Events of which figures are in memory. */
  get size(): number {
    return this.byEvent.size;
  }

  /** Events that are over leave nothing behind. */
  @Periodic(idleMilliseconds)
  forgetIdle(): void {
    const before = this.clock.monotonic() - idleMilliseconds;
    for (const [eventId, { readAt, reading }] of this.byEvent)
      if (readAt < before && !reading && this.presence.countHere(eventId) === 0) this.byEvent.delete(eventId);
  }

  /**
   * The counts for an answer: those in memory unless they are too old. Calls at the same time share one reading.
   * @throws ApiError BUSY when neither the database nor any process has ever said them
   */
  async current(eventId: number): Promise<Counts> {
    const figures = this.figures(eventId);
    const age = this.clock.monotonic() - figures.readAt;
    const isStale = age > oldestMilliseconds || (figures.changed && age > oldestWhenChangedMilliseconds);
    const { checkedIn, checkedOut, watching } = await (isStale ? this.read(eventId) : this.latest(eventId));
    return { checkedIn, checkedOut, watching };
  }

  /** As last read by this process, if that was not long ago. @throws ApiError BUSY when nobody knows */
  async latest(eventId: number): Promise<CountsMessage> {
    const age = this.clock.monotonic() - this.figures(eventId).readAt;
    return (age <= oldestMilliseconds && this.known(eventId)) || this.read(eventId);
  }

  /** As last read by this process, if they ever were. */
  known(eventId: number): CountsMessage | null {
    return this.figures(eventId).last;
  }

  /** When the database last confirmed them; monotonic milliseconds. */
  confirmedAt(eventId: number): number {
    return this.figures(eventId).confirmedAt;
  }

  /** Read after this call. */
  async newest(eventId: number): Promise<CountsMessage> {
    // A reading that is under way may have begun before the change that the caller knows of.
    await this.figures(eventId).reading?.catch(() => undefined);
    return this.read(eventId);
  }

  private read(eventId: number): Promise<CountsMessage> {
    const figures = this.figures(eventId);
    if (!figures.reading) {
      figures.changed = false;
      figures.readAt = this.clock.monotonic();
      figures.reading = this.message(eventId, figures.last)
        .then((message) => (figures.last = message))
        .finally(() => (figures.reading = null));
    }
    return figures.reading;
  }

  /** @throws ApiError BUSY when neither the database nor Redis nor this process knows */
  private async message(eventId: number, last: CountsMessage | null): Promise<CountsMessage> {
    const counter = await within(databaseDeadlineMilliseconds, this.repository.counter(eventId)).catch(() => null);
    const figures = this.figures(eventId);
    if (counter) Object.assign(figures, { confirmedAt: this.clock.monotonic(), counter });
    const agreed = await this.agreed(eventId, figures.counter, last?.seq ?? 0, counter !== null).catch(() => null);
    if (agreed) {
      const [checkedIn, checkedOut, watching, seq] = agreed;
      return { type: 'counts', eventId, checkedIn, checkedOut, watching, seq };
    }
    const known = counter ?? last;
    if (!known) throw busy();
    const { checkedIn, checkedOut } = known;
    const alone = { checkedIn, checkedOut, watching: this.presence.countHere(eventId) };
    const seq = last ? last.seq + Number(!sameFigures(last, alone)) : this.clock.now();
    return { type: 'counts', eventId, ...alone, seq };
  }

  private async agreed(
    eventId: number,
    counter: AttendanceCounter | null,
    seq: number,
    fresh: boolean,
  ): Promise<Agreed | null> {
    const keys = [`${redisPrefix}:counts:${eventId}`, watchingKey(eventId)];
    const { checkedIn, checkedOut, revision } = counter ?? { checkedIn: 0, checkedOut: 0, revision: -1 };
    const answer = await this.redis.counts.eval(agree, 2, ...keys, checkedIn, checkedOut, revision, seq, Number(fresh));
    return (answer as Agreed | []).length > 0 ? (answer as Agreed) : null;
  }

  private figures(eventId: number): Figures {
    let figures = this.byEvent.get(eventId);
    if (!figures) {
      figures = {
        last: null,
        readAt: -Infinity,
        changed: false,
        confirmedAt: this.clock.monotonic(),
        counter: null,
        reading: null,
      };
      this.byEvent.set(eventId, figures);
    }
    return figures;
  }
}

export function sameFigures(one: Counts, other: Counts): boolean {
  return one.checkedIn === other.checkedIn && one.checkedOut === other.checkedOut && one.watching === other.watching;
}
