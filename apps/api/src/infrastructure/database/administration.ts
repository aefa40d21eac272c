import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { waitAtMost, type SessionLimits } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { requestLimits } from './limits.ts';

export const administration = 'administration';

/** Few: requests of admins may wait for each other, and students' requests never wait for them. */
export const administrationConnections = 3;

/** A page of a report takes milliseconds; the import of a large roster has statements of many seconds. */
export const administrationLimits: SessionLimits = { ...requestLimits, statement: 30, silence: 33, lock: 20 };

/**
 * The pool of reports, audit, roster import, corrections and retention. Students' requests have the other one: ten
 * searches of the audit at once held all its connections for seconds.
 */
export const AdministrationPool = (): ParameterDecorator => InjectDataSource(administration);

/**
 * A process that is told to stop has no time for a statement of many seconds, least of all for one that is never
 * answered: behind it the audit would wait, which a new connection takes at once.
 */
@Injectable()
export class AdministrationEnd implements OnModuleDestroy {
  constructor(@AdministrationPool() private readonly database: DataSource) {}

  /** Before the hooks in which what is left is written. */
  onModuleDestroy(): void {
    waitAtMost(requestLimits.silence, this.database);
  }
}
