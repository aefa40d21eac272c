import { Injectable } from '@nestjs/common';
import type { AttendanceView } from '@exco/contracts';
import { busy } from '../../infrastructure/http/api-error.ts';
import type { Student } from '../../users/roster/roster.ts';
import type { Standing } from '../records/attendance.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import { Revocations } from '../records/revocations.ts';
import { AttendanceViews } from './attendance-views.ts';
import type { ReceiptsOfRequest } from './receipts.interceptor.ts';

export interface OwnAttendance {
  attendance: AttendanceView | null;
  /** Also where there is no attendance any more: that of the revocation. */
  revision: number;
}

const none: OwnAttendance = { attendance: null, revision: 0 };
const of = (attendance: AttendanceView): OwnAttendance => ({ attendance, revision: attendance.revision });

/** A student's own attendance: the row, or what a receipt proves while the row is not there or cannot be read. */
@Injectable()
export class OwnAttendances {
  constructor(
    private readonly reader: AttendanceReader,
    private readonly revocations: Revocations,
    private readonly views: AttendanceViews,
  ) {}

  /** @throws ApiError BUSY when neither the database nor a receipt says */
  async find(me: Student, eventId: number, receipts: ReceiptsOfRequest): Promise<OwnAttendance> {
    return this.judge(await this.standing(me, eventId, receipts), me, eventId, receipts);
  }

  /** Whoever has no receipt most likely has no row either: they are looked up with those who arrive. */
  private async standing(me: Student, eventId: number, receipts: ReceiptsOfRequest): Promise<Standing> {
    if (receipts.accepted(eventId)) return this.reader.standing(eventId, me.id);
    return (await this.reader.arrival(eventId, me.id)).standing;
  }

  /** @throws as `find` */
  judge(standing: Standing, me: Student, eventId: number, receipts: ReceiptsOfRequest): OwnAttendance {
    const accepted = receipts.accepted(eventId);
    switch (standing.kind) {
      case 'found':
        receipts.seen.set(eventId, standing.row);
        return of(this.views.of(standing.row));
      case 'revoked':
        return { attendance: null, revision: standing.revision };
      case 'absent':
        return accepted ? of(this.views.accepted(accepted)) : none;
      case 'unknown':
        // A receipt is older than a revocation that is known here.
        if (this.revocations.has(eventId, me.id)) return none;
        if (!accepted) throw busy();
        return of(this.views.accepted(accepted));
    }
  }
}
