import { Injectable } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock.ts';
import { RedisConnections, redisPrefix } from '../../infrastructure/redis/redis.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';

/** Launches that have signed somebody in. Without Redis each process knows its own. */
@Injectable()
export class UsedLaunches {
  /** By id, until when it would be valid; milliseconds since 1970. */
  private readonly here = new Map<string, number>();

  constructor(
    private readonly redis: RedisConnections,
    private readonly clock: Clock,
  ) {}

  /** @returns false when it was used before, on whatever process */
  async use(id: string, validUntil: number): Promise<boolean> {
    if (this.here.has(id)) return false;
    // At once: the same launch sent twice together is used once.
    this.here.set(id, validUntil);
    const milliseconds = Math.max(1, Math.ceil(validUntil - this.clock.now()));
    return this.redis.commands
      .set(`${redisPrefix}:launch:${id}`, '1', 'PX', milliseconds, 'NX')
      .then((set) => set === 'OK')
      .catch(() => true);
  }

  @Periodic(60_000)
  forget(): void {
    const now = this.clock.now();
    for (const [id, validUntil] of this.here) if (validUntil <= now) this.here.delete(id);
  }
}
