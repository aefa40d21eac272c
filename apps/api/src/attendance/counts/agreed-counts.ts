import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Counts, CountsMessage } from '@exco/contracts';
import { within } from '../../infrastructure/database/failures.ts';
import { busy } from '../../infrastructure/http/api-error.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
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

/**
 * One answer for all processes. Each brings the counter that it read; the highest revision wins, and a change raises
 * `seq`. So the same figures have the same `seq` wherever a student is connected. The revision is forgotten after a
 * minute, so that a database restored from a backup is believed. A Redis that has lost its data, or an older copy that
 * took its place, goes on from the `seq` that a process was told last. The time is that of Redis. A process that has never
 * read the counter brings -1 and gets what others know, or nothing. The key goes some time after the last look: reading its
 * age costs no write.
 */
const agree = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ARGV[4])
local known = redis.call('HMGET', KEYS[1], 'checkedIn', 'checkedOut', 'watching', 'seq', 'revision', 'until')
local checkedIn, checkedOut, revision = ARGV[1], ARGV[2], tonumber(ARGV[3])
if known[5] and (revision < 0 or tonumber(known[5]) > revision and tonumber(known[6]) > now) then
  checkedIn, checkedOut, revision = known[1], known[2], tonumber(known[5])
elseif revision < 0 then
  return false
end
local watching = tostring(redis.call('ZCARD', KEYS[2]))
local before = tonumber(known[4] or '0')
local seq = math.max(before, tonumber(ARGV[5]))
if seq > before or known[1] ~= checkedIn or known[2] ~= checkedOut or known[3] ~= watching then
  seq = seq + 1
  redis.call('HSET', KEYS[1], 'checkedIn', checkedIn, 'checkedOut', checkedOut, 'watching', watching,
    'seq', seq, 'revision', revision, 'until', now + 60000)
end
if redis.call('TTL', KEYS[1]) < ARGV[6] / 2 then redis.call('EXPIRE', KEYS[1], ARGV[6]) end
return { tonumber(checkedIn), tonumber(checkedOut), tonumber(watching), seq }
`;

/** How long Redis keeps the agreed figures of an event after the last look at them. */
const keptSeconds = 86_400;
/** Figures that nobody asked for and nobody here watches for so long are forgotten. */
const idleMilliseconds = 600_000;

type Agreed = [checkedIn: number, checkedOut: number, watching: number, seq: number];

interface Figures {
  last: CountsMessage | null;
  readAt: number;
  /** A change was announced since the last reading. */
  changed: boolean;
  /** When the database last confirmed them. */
  confirmedAt: number;
  /** As the database had it last; revision -1: never. */
  counter: AttendanceCounter;
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
    const before = Date.now() - idleMilliseconds;
    for (const [eventId, { readAt, reading }] of this.byEvent)
      if (readAt < before && !reading && this.presence.countHere(eventId) === 0) this.byEvent.delete(eventId);
  }

  /**
   * The counts for an answer. However many ask, they are read together, and not more often than they must be.
   * @throws ApiError BUSY when neither the database nor any process has ever said them
   */
  async current(eventId: number): Promise<Counts> {
    const figures = this.figures(eventId);
    const age = Date.now() - figures.readAt;
    const isStale = age > oldestMilliseconds || (figures.changed && age > oldestWhenChangedMilliseconds);
    const { checkedIn, checkedOut, watching } = await (isStale ? this.read(eventId) : this.latest(eventId));
    return { checkedIn, checkedOut, watching };
  }

  /** As last read by this process; read now if they never were. */
  async latest(eventId: number): Promise<CountsMessage> {
    return this.known(eventId) ?? this.read(eventId);
  }

  /** As last read by this process, if they ever were. */
  known(eventId: number): CountsMessage | null {
    return this.figures(eventId).last;
  }

  /** When the database last confirmed them; milliseconds since 1970. */
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
      figures.readAt = Date.now();
      figures.reading = this.message(eventId, figures.last)
        .then((message) => (figures.last = message))
        .finally(() => (figures.reading = null));
    }
    return figures.reading;
  }

  private async message(eventId: number, last: CountsMessage | null): Promise<CountsMessage> {
    const counter = await within(databaseDeadlineMilliseconds, this.repository.counter(eventId)).catch(() => null);
    const figures = this.figures(eventId);
    if (counter) Object.assign(figures, { confirmedAt: Date.now(), counter });
    // Without the database the last figures stand.
    const read = figures.counter;
    const agreed = await this.agreed(eventId, read, last?.seq ?? 0).catch(() => null);
    if (!agreed && read.revision < 0) throw busy();
    const [checkedIn, checkedOut, watching, seq] = agreed ?? [
      read.checkedIn,
      read.checkedOut,
      this.presence.countHere(eventId),
      (last?.seq ?? 0) + 1,
    ];
    return { type: 'counts', eventId, checkedIn, checkedOut, watching, seq };
  }

  private async agreed(eventId: number, counter: AttendanceCounter, seq: number): Promise<Agreed | null> {
    const keys = [`${redisPrefix}:counts:${eventId}`, watchingKey(eventId)];
    const { checkedIn, checkedOut, revision } = counter;
    const answer = await this.redis.counts.eval(
      agree,
      2,
      ...keys,
      checkedIn,
      checkedOut,
      revision,
      goneAfterMilliseconds,
      seq,
      keptSeconds,
    );
    return answer as Agreed | null;
  }

  private figures(eventId: number): Figures {
    let figures = this.byEvent.get(eventId);
    if (!figures) {
      const counter = { checkedIn: 0, checkedOut: 0, revision: -1 };
      figures = { last: null, readAt: 0, changed: false, confirmedAt: Date.now(), counter, reading: null };
      this.byEvent.set(eventId, figures);
    }
    return figures;
  }
}
