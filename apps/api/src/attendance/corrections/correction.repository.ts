import { Injectable } from '@nestjs/common';
import type { Correction } from '@exco/contracts';
import { DataSource } from 'typeorm';
import { AdministrationPool } from '../../infrastructure/database/administration.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import { AuditTrail } from '../audit/audit-trail.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';
import { CorrectionWrites, type CorrectedAttendance } from '../records/correction-writes.repository.ts';

/** Attendance changed by hand, together with its counter and its entry in the audit. */
@Injectable()
export class CorrectionRepository {
  constructor(
    @AdministrationPool() private readonly database: DataSource,
    private readonly trail: AuditTrail,
    private readonly audit: AuditRepository,
    private readonly attendances: CorrectionWrites,
  ) {}

  /** @returns null when there is no attendance that could be checked out or revoked */
  async apply(
    eventId: number,
    correction: Correction,
    at: Date,
    origin: RequestOrigin,
  ): Promise<CorrectedAttendance | null> {
    const { userId, kind, reason } = correction;
    // What led to the correction stands before it in the audit.
    await this.trail.flush();
    // A lock on a row that is not there yet would hold up the check-ins around it: not at this level.
    return this.database.transaction('READ COMMITTED', async (manager) => {
      const corrected = await this.attendances.apply(manager, eventId, correction, at, new Date(origin.at));
      if (!corrected?.changed) return corrected;
      await this.audit.addOfAdmin(manager, {
        kind: 'correction',
        eventId,
        userId,
        outcome: kind,
        reason,
        before: corrected.before ? before(corrected.before) : null,
        origin,
      });
      return corrected;
    });
  }
}

/** What the audit keeps of the row as it was. */
function before({
  checkedInAt,
  checkedInBy,
  checkedOutAt,
  checkedOutBy,
  revokedAt,
}: NonNullable<CorrectedAttendance['before']>): object {
  return { checkedInAt, checkedInBy, checkedOutAt, checkedOutBy, revokedAt };
}
