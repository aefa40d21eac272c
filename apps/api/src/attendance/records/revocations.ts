import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { Clock } from '../../infrastructure/clock.ts';
import { attendanceCorrected } from './attendance-signals.ts';
import { AttendanceRepository } from './attendance.repository.ts';

const lookEveryMilliseconds = 30_000;

/**
 * Whose check-in an admin took back, in memory, so that such a student is refused before anything of their request is
 * written. Announced, and read again every half minute for an announcement that was lost; whom this misses, the
 * transaction of the batch refuses. Events that are over leave the set.
 */
@Injectable()
export class Revocations implements OnModuleInit {
  private readonly logger = new Logger(Revocations.name);
  private revoked = new Set<string>();
  /** Announced while the table is being read: newer than what the read returns. */
  private readonly announced = new Map<string, boolean>();

  constructor(
    private readonly repository: AttendanceRepository,
    private readonly signals: SignalBus,
    private readonly clock: Clock,
  ) {}

  async onModuleInit(): Promise<void> {
    this.signals.on(attendanceCorrected, ({ eventId, userId, revoked }) => {
      const key = `${eventId}:${userId}`;
      this.announced.set(key, revoked);
      if (revoked) this.revoked.add(key);
      else this.revoked.delete(key);
    });
    await this.look().catch((error: unknown) => this.logger.warn(error));
  }

  has(eventId: string | number, userId: number): boolean {
    return this.revoked.size > 0 && this.revoked.has(`${eventId}:${userId}`);
  }

  @Periodic(lookEveryMilliseconds)
  async look(): Promise<void> {
    this.announced.clear();
    const all = await this.repository.revoked(new Date(this.clock.now()));
    const found = new Set(all.map(({ eventId, userId }) => `${eventId}:${userId}`));
    for (const [key, revoked] of this.announced) {
      if (revoked) found.add(key);
      else found.delete(key);
    }
    this.revoked = found;
  }
}
