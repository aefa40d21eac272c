import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  checkInCommitted,
  checkInQueued,
  checkInRequest,
  checkOutCommitted,
  checkOutQueued,
  checkOutRequest,
  companion,
  digitCheck,
  digitCheckResult,
  type CheckInAnswer,
  type CheckInRequest,
  type CheckOutAnswer,
  type CheckOutRequest,
  type Companion,
  type DigitCheck,
  type DigitCheckResult,
} from '@exco/contracts';
import { AttendanceMetrics } from '../records/attendance-metrics.ts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { streamOf } from '../../stream/events/stream-of.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Me, SessionGuard } from '../../users/auth/session.guard.ts';
import { AuditTrail, type Doing } from '../audit/audit-trail.ts';
import { CheckInService } from './check-in.service.ts';
import { CheckOutService } from '../check-out/check-out.service.ts';
import { NotRevoked } from './not-revoked.guard.ts';
import { Receipt } from '../records/receipt.ts';

@ApiTags('Students: attendance')
@ApiParam({ name: 'eventId', type: Number })
@Controller('api/events/:eventId')
@UseGuards(SessionGuard)
export class AttendanceController {
  constructor(
    private readonly checkIns: CheckInService,
    private readonly checkOuts: CheckOutService,
    private readonly events: LiveEvents,
    private readonly receipt: Receipt,
    private readonly metrics: AttendanceMetrics,
    private readonly audit: AuditTrail,
  ) {}

  @Post('check-ins')
  @UseGuards(NotRevoked)
  @ApiOperation({ summary: 'Check in, with any classmates' })
  @ApiQuery({ name: 'stream', required: false, enum: ['1'], description: 'The answer says where the stream is' })
  @ApiResponse({ status: 200, description: 'In the database', standardSchema: checkInCommitted })
  @ApiResponse({
    status: 202,
    description: 'Accepted and durable; the database is late',
    standardSchema: checkInQueued,
  })
  async checkIn(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Body({ schema: checkInRequest }) request: CheckInRequest,
    @Query('stream') asksForStream: string | undefined,
    @Req() incoming: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CheckInAnswer> {
    const at = Date.now();
    const doing: Doing = { kind: 'check-in', eventId, actorId: me.id, userId: me.id };
    const answer = await this.audit.witness(incoming, doing, this.checkIns.checkIn(me, eventId, request, at));
    // What was late once may be late still, whatever came in time after it.
    const onItsWay = !answer.committed || this.isOnItsWay(incoming, eventId, me);
    reply.header('set-cookie', this.receipt.issueTo(incoming, eventId, me.id, { at, onItsWay }));
    if (asksForStream === '1') answer.stream = streamOf(await this.events.find(eventId));
    return this.answer('check-in', answer, reply);
  }

  @Post('digit-checks')
  @HttpCode(200)
  @ApiOperation({ summary: 'Do these digits confirm this classmate?' })
  @ApiResponse({ status: 200, standardSchema: digitCheckResult })
  async checkDigits(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Body({ schema: digitCheck }) request: DigitCheck,
    @Req() incoming: FastifyRequest,
  ): Promise<DigitCheckResult> {
    const doing: Doing = { kind: 'digit-check', eventId, actorId: me.id, userId: request.userId };
    return this.audit.witness(incoming, doing, this.checkIns.checkDigits(me, eventId, request));
  }

  @Get('check-outs')
  @ApiOperation({ summary: 'Whom I may check out: me first, then everyone I checked in' })
  @ApiResponse({ status: 200, standardSchema: z.array(companion) })
  async companions(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Req() incoming: FastifyRequest,
  ): Promise<Companion[]> {
    return this.checkOuts.companions(
      me,
      eventId,
      this.receipt.accepted(incoming.headers.cookie, eventId, me.id)?.at ?? null,
    );
  }

  @Post('check-outs')
  @ApiOperation({ summary: 'Check out me and mine' })
  @ApiResponse({ status: 200, description: 'In the database', standardSchema: checkOutCommitted })
  @ApiResponse({
    status: 202,
    description: 'Accepted and durable; the database is late',
    standardSchema: checkOutQueued,
  })
  async checkOut(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Body({ schema: checkOutRequest }) request: CheckOutRequest,
    @Req() incoming: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CheckOutAnswer> {
    const doing: Doing = { kind: 'check-out', eventId, actorId: me.id, userId: me.id };
    const onItsWay = this.isOnItsWay(incoming, eventId, me);
    const answer = await this.audit.witness(
      incoming,
      doing,
      this.checkOuts.checkOut(me, eventId, request, Date.now(), onItsWay),
    );
    return this.answer('check-out', answer, reply);
  }

  private isOnItsWay({ headers }: FastifyRequest, eventId: number, me: Student): boolean {
    return this.receipt.accepted(headers.cookie, eventId, me.id)?.onItsWay ?? false;
  }

  private answer<A extends { committed: boolean }>(kind: string, answer: A, reply: FastifyReply): A {
    this.metrics.answers.inc({ kind, answer: answer.committed ? 'committed' : 'queued' });
    reply.status(answer.committed ? 200 : 202);
    return answer;
  }
}
