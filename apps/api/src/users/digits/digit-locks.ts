import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { digitsLocked } from './digit-signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';

/** So many wrong tries of one student at one person, within the window, lock that pair. */
const triesAllowed = 5;
const windowSeconds = 10 * 60;
export const lockSeconds = 60;

const locksKey = `${redisPrefix}:digit-locks`;
const missesKey = (pair: string) => `${redisPrefix}:digit-misses:${pair}`;

/**
 * Stops guessing. Only a wrong try asks Redis; a right one is judged from memory, because every process keeps
 * the few locks there are. Without Redis each process counts on its own.
 */
@Injectable()
export class DigitLocks implements OnModuleInit {
  private readonly logger = new Logger(DigitLocks.name);
  private readonly lockedUntil = new Map<string, number>();
  private readonly ownMisses = new Map<string, number>();

  constructor(
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
  ) {}

  onModuleInit(): void {
    this.signals.on(digitsLocked, ({ pair, until }) => this.lockedUntil.set(pair, until));
    this.redis.commands.on('ready', () => void this.readLocks());
    if (this.redis.commands.status === 'ready') void this.readLocks();
  }

  /** Whole seconds until this student may try that person again; 0 when they may. */
  secondsLocked(actorId: number, targetId: number): number {
    if (this.lockedUntil.size === 0) return 0;
    const until = this.lockedUntil.get(`${actorId}:${targetId}`) ?? 0;
    return Math.max(0, Math.ceil((until - Date.now()) / 1000));
  }

  /** Counts a wrong try. */
  async miss(actorId: number, targetId: number): Promise<void> {
    const pair = `${actorId}:${targetId}`;
    if (this.countHere(pair) < triesAllowed && (await this.countEverywhere(pair)) < triesAllowed) return;
    const until = Date.now() + lockSeconds * 1000;
    this.lockedUntil.set(pair, until);
    this.ownMisses.delete(pair);
    this.signals.publish(digitsLocked, { pair, until });
    await this.redis.commands
      .multi()
      .hset(locksKey, pair, until)
      .del(missesKey(pair))
      .exec()
      .catch(() => this.logger.warn('a digits lock is kept by this process alone'));
  }

  /** At once: requests sent all at the same time would be judged before Redis has counted the first. */
  private countHere(pair: string): number {
    const misses = (this.ownMisses.get(pair) ?? 0) + 1;
    this.ownMisses.set(pair, misses);
    return misses;
  }

  private async countEverywhere(pair: string): Promise<number> {
    const counted = await this.redis.commands
      .multi()
      .incr(missesKey(pair))
      .expire(missesKey(pair), windowSeconds)
      .exec()
      .catch(() => null);
    return Number(counted?.[0]?.[1] ?? 0);
  }

  private async readLocks(): Promise<void> {
    const locks = await this.redis.commands.hgetall(locksKey).catch(() => ({}));
    for (const [pair, until] of Object.entries(locks)) this.lockedUntil.set(pair, Number(until));
  }

  @Periodic(windowSeconds * 1000)
  forget(): void {
    const now = Date.now();
    const over = [...this.lockedUntil].filter(([, until]) => until <= now).map(([pair]) => pair);
    for (const pair of over) this.lockedUntil.delete(pair);
    if (over.length > 0) this.redis.commands.hdel(locksKey, ...over).catch(() => undefined);
    this.ownMisses.clear();
  }
}
