import { Injectable } from '@nestjs/common';
import type { Companion } from '@exco/contracts';
import type { FastifyRequest } from 'fastify';
import { busy } from '../../infrastructure/http/api-error.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import type { Student } from '../../users/roster/roster.ts';
import { AttendanceReader } from '../records/attendance-reader.ts';
import type { AttendanceRow, Standing } from '../records/attendance.ts';
import { Receipt, type AcceptedCheckIn } from '../records/receipt.ts';
import { AttendanceViews } from '../views/attendance-views.ts';
import { CheckOutRules } from './check-out-rules.ts';

/** Whom a student may check out. */
@Injectable()
export class CheckOutList {
  constructor(
    private readonly events: LiveEvents,
    private readonly reader: AttendanceReader,
    private readonly receipts: Receipt,
    private readonly views: AttendanceViews,
    private readonly rules: CheckOutRules,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND, BUSY when the database does not answer */
  async of(me: Student, eventId: number, incoming: FastifyRequest): Promise<Companion[]> {
    await this.rules.refuseUninvited(me, await this.events.find(eventId), incoming);
    const brought = await this.reader.broughtBy(eventId, me.id);
    const own =
      brought.find(({ userId }) => userId === me.id) ??
      ownRow(me, await this.reader.standing(eventId, me.id), this.receipts.accepted(incoming, eventId, me.id));
    const others = brought.filter(({ userId }) => userId !== me.id);
    return [...(own ? [own] : []), ...others].map((row) => {
      const { checkedInAt, checkedOutAt } = this.views.of(row);
      return { userId: row.userId, displayName: this.views.person(row.userId).displayName, checkedInAt, checkedOutAt };
    });
  }
}

/**
 * Of whoever did not check themselves in.
 * @throws ApiError BUSY
 */
function ownRow(me: Student, standing: Standing, accepted: AcceptedCheckIn | null): AttendanceRow | null {
  switch (standing.kind) {
    case 'found':
      return standing.row;
    case 'revoked':
      return null;
    case 'unknown':
      throw busy();
    case 'absent':
      return (
        accepted && {
          userId: me.id,
          checkedInAt: accepted.at,
          checkedInBy: accepted.byId,
          checkedOutAt: null,
          checkedOutBy: null,
        }
      );
  }
}
