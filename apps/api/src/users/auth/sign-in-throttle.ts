import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../infrastructure/clock.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { defineSignal, SignalBus } from '../../infrastructure/redis/signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';

/** Unknown names of one stem that are answered at once. */
const burst = 20;
/** After that one of them is judged in so long: 10,000 possible endings take more than eight hours. */
const intervalMilliseconds = 3_000;
const mostWaiting = 20;
/** One address can’t take all turns of a stem away from the others. */
const mostWaitingOfOneAddress = 10;
/** A turn that nobody comes for is given up. */
const turnKeptMilliseconds = 60_000;
const windowMilliseconds = burst * intervalMilliseconds;
/** Stems that a process remembers. Beyond it the oldest are forgotten, which Redis still knows. */
const mostStems = 50_000;
const mostRetryAfterSeconds = 60;

/**
 * KEYS: turns of this stem, by name. ARGV: now, name, address, share (milliseconds between two turns), most waiting,
 * most of one address, kept. Answers 0 for come in, or the milliseconds to wait; -1 when all turns are given.
 */
const claimTurn = `
local now, share = tonumber(ARGV[1]), tonumber(ARGV[4])
local member = ARGV[3] .. ' ' .. ARGV[2]
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - tonumber(ARGV[7]))
local turn = redis.call('ZSCORE', KEYS[1], member)
if turn then
  turn = tonumber(turn)
  if turn > now then return turn - now end
  redis.call('ZREM', KEYS[1], member)
  redis.call('ZADD', KEYS[1], turn, 'taken ' .. turn)
  return 0
end
local waiting, own = 0, 0
for _, one in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf')) do
  waiting = waiting + 1
  if string.sub(one, 1, #ARGV[3] + 1) == ARGV[3] .. ' ' then own = own + 1 end
end
if waiting >= tonumber(ARGV[5]) or own >= tonumber(ARGV[6]) then return -1 end
turn = math.max(now, last[2] and tonumber(last[2]) or now) + share
redis.call('ZADD', KEYS[1], turn, member)
redis.call('PEXPIRE', KEYS[1], math.ceil(turn - now) + tonumber(ARGV[7]))
return turn - now
`;

/** KEYS: unknown names of this stem. ARGV: now, share, burst. Answers until when the stem is throttled, or 0. */
const countUnknown = `
local now, share, burst = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local empty = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now) + share
redis.call('SET', KEYS[1], empty, 'PX', math.ceil(empty - now) + 1000)
if empty - now > share * (burst - 1) then return empty end
return 0
`;

/** A stem met its limit: every process asks for turns. `until` in milliseconds since 1970. */
export const signInThrottled = defineSignal('signInThrottled', z.object({ stem: z.string(), until: z.number() }));

/** The part of a name that is public knowledge, as a key that does not tell it. Names are compared as they are typed. */
function keyOf(text: string): string {
  return createHash('sha256').update(text.trim().normalize('NFC').toLowerCase()).digest('base64url').slice(0, 22);
}

const stemOf = (username: string) => keyOf(username.trim().slice(0, -4));

/**
 * Stops whoever knows a username but for its last four digits (the name that classmates see often tells the rest) from
 * trying all of them. Counted by stem, the username without its last four characters, over all processes and never by
 * address: a school is one address. While a stem is throttled right and wrong names are told the same: when to come
 * again. Whoever comes at the turn that was given is judged. Only unknown names and throttled stems ask Redis; without
 * it each process counts on its own.
 */
@Injectable()
export class SignInThrottle {
  /**
   * By stem, a bucket that leaks one unknown name in each interval: when it is empty again, milliseconds since 1970. The
   * limit is met when that is 20 intervals ahead.
   */
  private readonly unknown = new Map<string, number>();
  private readonly throttledUntil = new Map<string, number>();

  constructor(
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
    private readonly clock: Clock,
  ) {
    this.signals.on(signInThrottled, ({ stem, until }) => this.remember(stem, until));
  }

  /** Whether names of this stem are judged at their turn only. Asked before the name is looked up. */
  isThrottled(username: string): boolean {
    return (this.throttledUntil.get(stemOf(username)) ?? 0) > this.clock.now();
  }

  /**
   * A turn for this name.
   * @returns 0 when it may be judged now, or in how many seconds to come again
   * @param sharing how many students have usernames of this stem: where it is a number range, many do, and what it
   * tells about one of them is so much less
   */
  async secondsToTurn(username: string, address: string, sharing: number): Promise<number> {
    const milliseconds = await this.claim(stemOf(username), keyOf(username), keyOf(address), this.share(sharing));
    if (milliseconds === 0) return 0;
    // All turns are given: come again at some time within the next half minute.
    const wait = milliseconds < 0 ? 5_000 + Math.random() * 25_000 : milliseconds;
    return Math.min(mostRetryAfterSeconds, Math.ceil(wait / 1000));
  }

  /** Counts a name that nobody has. At once in this process: many sent together must not all be judged before. */
  async missed(username: string, sharing: number): Promise<void> {
    const stem = stemOf(username);
    const share = this.share(sharing);
    const now = this.clock.now();
    const paid = Math.max(this.unknown.get(stem) ?? 0, now) + share;
    this.bound(this.unknown);
    this.unknown.set(stem, paid);
    // No whole interval is left of the burst.
    if (paid - now > share * (burst - 1)) this.remember(stem, paid + windowMilliseconds);
    const until = await this.redis.commands
      .eval(countUnknown, 1, `${redisPrefix}:sign-in-unknown:${stem}`, now, share, burst)
      .then(Number, () => 0);
    if (until > 0 && until + windowMilliseconds > (this.throttledUntil.get(stem) ?? 0)) {
      this.remember(stem, until + windowMilliseconds);
      this.signals.publish(signInThrottled, { stem, until: until + windowMilliseconds });
    }
  }

  @Periodic(60_000)
  forget(): void {
    const now = this.clock.now();
    for (const known of [this.unknown, this.throttledUntil])
      for (const [stem, until] of known) if (until <= now) known.delete(stem);
  }

  private share(sharing: number): number {
    return intervalMilliseconds / Math.max(1, sharing);
  }

  private remember(stem: string, until: number): void {
    this.bound(this.throttledUntil);
    this.throttledUntil.set(stem, Math.max(until, this.throttledUntil.get(stem) ?? 0));
  }

  private bound(known: Map<string, number>): void {
    const [oldest] = known.size >= mostStems ? known.keys() : [];
    if (oldest !== undefined) known.delete(oldest);
  }

  /** Without Redis a throttled stem is judged once in each interval of this process. */
  private async claim(stem: string, name: string, address: string, share: number): Promise<number> {
    const now = this.clock.now();
    const limits = [Math.ceil(share), mostWaiting, mostWaitingOfOneAddress, turnKeptMilliseconds];
    try {
      return Number(
        await this.redis.commands.eval(
          claimTurn,
          1,
          `${redisPrefix}:sign-in-turns:${stem}`,
          now,
          name,
          address,
          ...limits,
        ),
      );
    } catch {
      const paid = Math.max(this.unknown.get(stem) ?? 0, now - windowMilliseconds);
      if (paid - now >= share * (burst - 1)) return Math.ceil(paid - now - share * (burst - 1));
      this.unknown.set(stem, Math.max(paid, now) + share);
      return 0;
    }
  }
}
