import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../infrastructure/clock.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { DailyTasks } from '../../infrastructure/scheduling/daily-tasks.repository.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';
import { ErasureRepository } from './erasure.repository.ts';
import { ErasureService } from './erasure.service.ts';

/** How often each process looks whether today’s work is left to do. */
const lookEveryMilliseconds = 600_000;
const day = 86_400_000;
/** An event may last long: a user agent that its audit still names was last used after it began. */
const margin = 30 * day;

/** Removes what is older than the settings say. Each kind has its own; what is not set stays for ever. */
@Injectable()
export class RetentionService implements OnApplicationBootstrap {
  private readonly logger = new Logger(RetentionService.name);

  constructor(
    private readonly tasks: DailyTasks,
    private readonly erasure: ErasureRepository,
    private readonly service: ErasureService,
    private readonly clock: Clock,
    @Inject(ENV) private readonly env: Env,
  ) {}

  onApplicationBootstrap(): void {
    const all = {
      RETENTION_EVENTS_DAYS: this.env.RETENTION_EVENTS_DAYS,
      RETENTION_AUDIT_DAYS: this.env.RETENTION_AUDIT_DAYS,
      RETENTION_ADDRESSES_DAYS: this.env.RETENTION_ADDRESSES_DAYS,
      RETENTION_LEAVERS_DAYS: this.env.RETENTION_LEAVERS_DAYS,
    };
    const unset = Object.entries(all).flatMap(([name, days]) => (days === undefined ? [name] : []));
    if (unset.length > 0)
      this.logger.warn(`Kept for ever, as no period is set: ${unset.join(', ')}. See docs/database.md, "Retention".`);
  }

  @Periodic(lookEveryMilliseconds)
  async look(): Promise<void> {
    await this.tasks.run('retention', (keep) => this.removeOld(keep));
  }

  private async removeOld(keep: () => Promise<void>): Promise<void> {
    const { RETENTION_EVENTS_DAYS, RETENTION_AUDIT_DAYS, RETENTION_ADDRESSES_DAYS, RETENTION_LEAVERS_DAYS } = this.env;
    const before = (days: number | undefined) => (days === undefined ? null : new Date(this.clock.now() - days * day));
    const byRetention: RequestOrigin = { at: this.clock.now(), address: null, userAgent: '' };
    await this.erasure.removeAuditBatches(new Date(this.clock.now() - day));
    for (const { id, hidden } of await this.erasure.eventsToDelete(before(RETENTION_EVENTS_DAYS))) {
      if (hidden) await this.erasure.removeEvent(id, keep);
      else await this.service.deleteEvent(id, 'Retention', byRetention, keep);
      await keep();
    }
    const audit = before(RETENTION_AUDIT_DAYS);
    if (audit) for (const id of await this.erasure.eventsWith('audit', audit)) await this.erasure.removeAudit(id, keep);
    const addresses = before(RETENTION_ADDRESSES_DAYS);
    if (addresses)
      for (const id of await this.erasure.eventsWith('addresses', addresses))
        await this.erasure.removeAddresses(id, keep);
    const agents = addresses ?? audit;
    if (agents) await this.erasure.removeUserAgents(new Date(agents.getTime() - margin));
    const leavers = before(RETENTION_LEAVERS_DAYS);
    if (!leavers) return;
    for (const userId of await this.erasure.leavers(leavers)) {
      await this.service.anonymise(userId, 'Retention', byRetention);
      await keep();
    }
  }
}
