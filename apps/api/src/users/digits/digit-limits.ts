import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { digitLocksSet } from './digit-signals.ts';

/** Wrong tries of one student at one person, in ten minutes. */
const pairLimit = 5;
/** Wrong tries of one student at all others, in ten minutes: more than a tenth of two hundred classmates. */
const actorLimit = 50;
const windowMilliseconds = 10 * 60_000;
/** Wrong tries of all classmates together at one person, in an hour. */
const targetLimit = 20;
const targetWindowMilliseconds = 60 * 60_000;
/** Of one's own digits: short, because a student who mistypes is to be in the event soon. */
const ownLockMilliseconds = 60_000;
/** The same for every lock, so that the answer does not tell which of the limits was met. */
const mostSecondsTold = 60;
/** Persons and students of whom a process remembers misses. */
const mostCounted = 100_000;

const locksKey = `${redisPrefix}:digit-locks`;
const actorKey = (actorId: number) => `${redisPrefix}:digit-misses:${actorId}`;
const targetKey = (targetId: number) => `${redisPrefix}:digit-misses-at:${targetId}`;
const pairLock = (actorId: number, targetId: number) => `pair:${actorId}:${targetId}`;
const actorLock = (actorId: number) => `actor:${actorId}`;
const targetLock = (targetId: number) => `target:${targetId}`;

/**
 * KEYS: misses of the actor by target, locks, then the misses at each target that counts for it. ARGV: now, actor, then
 * for each miss its target and the index of its key (0: it counts for the pair and the actor alone). One command and
 * one key for each actor, however many persons were tried. Answers the locks set: name, end, …
 */
const countMisses = `
local now, actor = tonumber(ARGV[1]), ARGV[2]
local locks = {}
local function lock(name, until_)
  redis.call('HSET', KEYS[2], name, until_)
  locks[#locks + 1] = name
  locks[#locks + 1] = until_
end
local function ends(key, window)
  local left = redis.call('PTTL', key)
  if left < 0 then
    redis.call('PEXPIRE', key, window)
    left = window
  end
  return now + left
end
for i = 3, #ARGV, 2 do
  local target, key = ARGV[i], tonumber(ARGV[i + 1])
  local pair = redis.call('HINCRBY', KEYS[1], target, 1)
  local over = ends(KEYS[1], ${windowMilliseconds})
  if string.sub(target, 1, 4) == 'own:' then
    if pair >= ${pairLimit} then
      redis.call('HDEL', KEYS[1], target)
      lock(target, now + ${ownLockMilliseconds})
    end
  else
    if pair == ${pairLimit} then lock('pair:' .. actor .. ':' .. target, over) end
    if redis.call('HINCRBY', KEYS[1], 'all', 1) == ${actorLimit} then lock('actor:' .. actor, over) end
    if key > 0 then
      local count = redis.call('INCR', KEYS[key])
      local hour = ends(KEYS[key], ${targetWindowMilliseconds})
      if count == ${targetLimit} then lock('target:' .. target, hour) end
    end
  end
end
return locks
`;

/**
 * Under what own digits are counted. By session where a username is enough to sign in: whoever knows one knows its
 * digits too, and must not be able to lock its owner out.
 */
export const ownTries = (counted: number | string): string => `own:${counted}`;

interface Misses {
  /** Monotonic milliseconds. */
  endsAt: number;
  all: number;
  byTarget: Map<number | string, number>;
}

export interface Miss {
  targetId: number;
  /** They share a class: only classmates can use up the tries at a person, a stranger locks nobody. */
  isClassmate: boolean;
  /** Of one's own digits: under what they are counted. */
  own?: string;
}

function countedAs(actorId: number, { targetId, own }: Miss): number | string {
  return actorId === targetId ? (own ?? ownTries(actorId)) : targetId;
}

/**
 * Stops guessing at digits: by pair, by person and by student, over all processes and over check-ins and digit checks
 * together. Only wrong tries ask Redis; a right one is judged from memory, because every process keeps the few locks
 * there are. Without Redis each process counts on its own.
 */
@Injectable()
export class DigitLimits implements OnModuleInit {
  private readonly logger = new Logger(DigitLimits.name);
  /** Name to end, milliseconds since 1970. */
  private readonly locks = new Map<string, number>();
  private readonly byActor = new Map<number, Misses>();
  private readonly byTarget = new Map<number, { endsAt: number; count: number }>();

  constructor(
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.signals.on(digitLocksSet, ({ locks }) => {
      for (const [name, until] of locks) this.lock(name, until);
    });
    this.redis.commands.on('ready', () => void this.readLocks());
    if (this.redis.commands.status === 'ready') void this.readLocks();
  }

  /** Whole seconds after which to try again; 0 when this student may try that person's digits now. */
  secondsLocked(actorId: number, targetId: number, own = ownTries(actorId)): number {
    if (this.locks.size === 0) return 0;
    const others = () => [pairLock(actorId, targetId), actorLock(actorId), targetLock(targetId)];
    const names = actorId === targetId ? [own] : others();
    const until = Math.max(...names.map((name) => this.locks.get(name) ?? 0));
    return Math.min(mostSecondsTold, Math.max(0, Math.ceil((until - this.clock.now()) / 1000)));
  }

  /**
   * Counts a wrong try in this process, at once: tries that are sent at the same moment, or in one request, are judged
   * one after the other.
   */
  note(actorId: number, miss: Miss): void {
    const { targetId, isClassmate } = miss;
    const now = this.clock.monotonic();
    const misses = this.missesOf(actorId, now);
    const counted = countedAs(actorId, miss);
    const pair = (misses.byTarget.get(counted) ?? 0) + 1;
    misses.byTarget.set(counted, pair);
    const over = this.clock.now() + misses.endsAt - now;
    if (typeof counted === 'string') {
      if (pair < pairLimit) return;
      misses.byTarget.delete(counted);
      this.lock(counted, this.clock.now() + ownLockMilliseconds);
      return;
    }
    if (pair === pairLimit) this.lock(pairLock(actorId, targetId), over);
    if (++misses.all === actorLimit) this.lock(actorLock(actorId), over);
    if (isClassmate) this.noteAt(targetId, now);
  }

  /** Tells the other processes of wrong tries that were noted here. */
  async report(actorId: number, misses: readonly Miss[]): Promise<void> {
    const targets = [...new Set(misses.filter(({ isClassmate }) => isClassmate).map(({ targetId }) => targetId))];
    const keys = [actorKey(actorId), locksKey, ...targets.map(targetKey)];
    const tried = misses.flatMap((miss) => [
      countedAs(actorId, miss),
      miss.isClassmate ? targets.indexOf(miss.targetId) + 3 : 0,
    ]);
    try {
      const set = await this.redis.commands.eval(
        countMisses,
        keys.length,
        ...keys,
        this.clock.now(),
        actorId,
        ...tried,
      );
      const flat = set as (string | number)[];
      const locks: [string, number][] = [];
      for (let index = 0; index < flat.length; index += 2) locks.push([String(flat[index]), Number(flat[index + 1])]);
      for (const [name, until] of locks) this.lock(name, until);
      if (locks.length > 0) this.signals.publish(digitLocksSet, { locks });
    } catch (error) {
      this.logger.warn(`wrong digits are counted by this process alone: ${String(error)}`);
    }
  }

  @Periodic(60_000)
  async forget(): Promise<void> {
    const now = this.clock.monotonic();
    for (const counted of [this.byActor, this.byTarget])
      for (const [id, { endsAt }] of counted) if (endsAt <= now) counted.delete(id);
    const over = [...this.locks].filter(([, until]) => until <= this.clock.now()).map(([name]) => name);
    for (const name of over) this.locks.delete(name);
    if (over.length > 0) await this.redis.commands.hdel(locksKey, ...over).catch(() => 0);
  }

  private missesOf(actorId: number, now: number): Misses {
    const known = this.byActor.get(actorId);
    if (known && known.endsAt > now) return known;
    if (this.byActor.size >= mostCounted) this.byActor.clear();
    const misses: Misses = { endsAt: now + windowMilliseconds, all: 0, byTarget: new Map() };
    this.byActor.set(actorId, misses);
    return misses;
  }

  private noteAt(targetId: number, now: number): void {
    const known = this.byTarget.get(targetId);
    const at = known && known.endsAt > now ? known : { endsAt: now + targetWindowMilliseconds, count: 0 };
    if (this.byTarget.size >= mostCounted) this.byTarget.clear();
    this.byTarget.set(targetId, at);
    if (++at.count === targetLimit) this.lock(targetLock(targetId), this.clock.now() + at.endsAt - now);
  }

  private lock(name: string, until: number): void {
    this.locks.set(name, Math.max(until, this.locks.get(name) ?? 0));
  }

  private async readLocks(): Promise<void> {
    const locks = await this.redis.commands.hgetall(locksKey).catch(() => ({}));
    for (const [name, until] of Object.entries(locks)) this.lock(name, Number(until));
  }
}
