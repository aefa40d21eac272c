import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { z } from 'zod';
import { Clock } from '../../infrastructure/clock.ts';
import type { WithHeaders } from '../../infrastructure/http/own-origin.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { defineSignal, SignalBus } from '../../infrastructure/redis/signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { readSession, SessionCookie, sessionSeconds, type SignedInSession } from './session-cookie.ts';

/** Ids of sessions by the time they were signed out; nothing is in it for longer than a session lasts. */
const listKey = `${redisPrefix}:signed-out`;
const readEveryMilliseconds = 10_000;
/** Clocks of several machines differ, and a process that could not reach Redis adds late. */
const overlapMilliseconds = 120_000;

export const sessionSignedOut = defineSignal('sessionSignedOut', z.object({ id: z.string().max(100) }));

/**
 * Sessions that were signed out before they expired: a cookie that somebody copied is good no more. The list is short,
 * and every process keeps it in memory. Without Redis a process knows of those that it has signed out itself.
 */
@Injectable()
export class SignedOutSessions implements OnModuleInit {
  private readonly logger = new Logger(SignedOutSessions.name);
  private unsaved: SignedInSession[] = [];
  private readUntil = 0;

  constructor(
    private readonly redis: RedisConnections,
    private readonly signals: SignalBus,
    private readonly cookie: SessionCookie,
    private readonly clock: Clock,
  ) {}

  onModuleInit(): void {
    this.signals.on(sessionSignedOut, ({ id }) => this.remember(id));
    this.redis.commands.on('ready', () => void this.read());
    if (this.redis.commands.status === 'ready') void this.read();
  }

  /** Signs out the session that the cookies of this request prove, if any. */
  async signOut(request: WithHeaders): Promise<void> {
    const session = this.cookie.session(request);
    if (!session || !this.cookie.revoke(session, this.clock.now())) return;
    this.unsaved.push(session);
    this.signals.publish(sessionSignedOut, { id: session.id });
    await this.save();
  }

  /** Catches up with what was not heard. */
  @Periodic(readEveryMilliseconds)
  async read(): Promise<void> {
    const from = this.readUntil - overlapMilliseconds;
    const now = this.clock.now();
    try {
      await this.save();
      const ids = await this.redis.commands.zrangebyscore(listKey, from, '+inf');
      for (const id of ids) this.remember(id);
      this.readUntil = now;
      await this.forget(now);
    } catch (error) {
      this.logger.warn(`sessions that other processes signed out are not known: ${String(error)}`);
    }
  }

  private remember(id: string): void {
    const session = readSession(id);
    if (session) this.cookie.revoke(session, this.clock.now());
  }

  /** Until Redis has them they are kept here. */
  private async save(): Promise<void> {
    const saving = this.unsaved.splice(0);
    if (saving.length === 0) return;
    const now = this.clock.now();
    try {
      await this.redis.commands.zadd(listKey, ...saving.flatMap(({ id }) => [now, id]));
      await this.redis.commands.expire(listKey, sessionSeconds);
    } catch {
      this.unsaved.push(...saving);
    }
  }

  private async forget(now: number): Promise<void> {
    const forgotten = this.cookie.forgetSignedOut(now);
    if (forgotten.length > 0) await this.redis.commands.zrem(listKey, ...forgotten.map(({ id }) => id));
  }
}
