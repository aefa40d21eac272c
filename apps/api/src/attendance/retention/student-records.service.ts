import { Injectable } from '@nestjs/common';
import { studentRecord, type StudentRecord } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { AuditErasure } from '../audit/audit-erasure.repository.ts';
import { AuditRepository } from '../audit/audit.repository.ts';
import { AuditTrail } from '../audit/audit-trail.ts';
import type { RequestOrigin } from '../audit/request-origin.ts';
import { ReportReads } from '../records/report-reads.repository.ts';
import { StudentRecordRepository } from './student-record.repository.ts';

/** All that is kept about one student, on request. That somebody asked is written down. */
@Injectable()
export class StudentRecordsService {
  constructor(
    private readonly records: StudentRecordRepository,
    private readonly trail: AuditTrail,
    private readonly audit: AuditRepository,
    private readonly auditErasure: AuditErasure,
    private readonly attendances: ReportReads,
  ) {}

  /** @throws ApiError USER_NOT_FOUND */
  async of(userId: number, origin: RequestOrigin): Promise<StudentRecord> {
    await this.trail.flush();
    const user = await this.records.user(userId);
    if (!user) throw new ApiError('USER_NOT_FOUND');
    await this.audit.addOfReader({
      kind: 'disclosure',
      eventId: 0,
      userId,
      outcome: 'disclosed',
      reason: null,
      before: null,
      origin,
    });
    const [past, classes, attendances, audit] = await Promise.all([
      this.records.pastNames(userId),
      this.records.classes(userId),
      this.attendances.ofStudent(userId),
      this.auditErasure.ofStudent(userId),
    ]);
    const { since, username, displayName, leftAt, sourcedId, anonymisedAt } = user;
    const names = [...past, { username, displayName, since, until: leftAt }];
    // The schema of the contract says what stands in it, and refuses what does not fit.
    return studentRecord.parse({
      userId,
      username,
      displayName,
      sourcedId,
      leftAt: leftAt && leftAt.toISOString(),
      anonymisedAt: anonymisedAt && anonymisedAt.toISOString(),
      names: names.map(written),
      classes: classes.map(written),
      attendances: attendances.map(written),
      audit: audit.map(written),
    });
  }
}

type Field = string | number | null;

/** With times as text, and without the id of an audit entry, which orders them alone. */
function written(stored: object): Record<string, Field> {
  const fields = Object.entries(stored) as [string, Field | Date][];
  return Object.fromEntries(
    fields
      .filter(([name]) => name !== 'id')
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}
