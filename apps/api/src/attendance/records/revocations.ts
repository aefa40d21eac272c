import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { SignalBus } from '../../infrastructure/redis/signals.ts';
import { CorrectionRepository } from '../corrections/correction.repository.ts';
import { attendanceCorrected } from './attendance-signals.ts';

/**
 * Whose check-in an admin took back. In memory, so that such a student is told before anything of their request is
 * written; whom this misses, the row in the database stops.
 */
@Injectable()
export class Revocations implements OnModuleInit {
  private readonly logger = new Logger(Revocations.name);
  private readonly revoked = new Set<string>();

  constructor(
    private readonly repository: CorrectionRepository,
    private readonly signals: SignalBus,
  ) {}

  onModuleInit(): void {
    this.signals.on(attendanceCorrected, ({ eventId, userId, revoked }) => {
      if (revoked) this.revoked.add(`${eventId}:${userId}`);
      else this.revoked.delete(`${eventId}:${userId}`);
    });
    this.repository.revoked().then(
      (all) => {
        for (const { eventId, userId } of all) this.revoked.add(`${eventId}:${userId}`);
      },
      (error: unknown) => this.logger.warn(error),
    );
  }

  has(eventId: string | number, userId: number): boolean {
    return this.revoked.size > 0 && this.revoked.has(`${eventId}:${userId}`);
  }
}
