import { Body, Controller, HttpCode, Param, Post, Query, Req, Res, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  checkInCommitted,
  checkInQueued,
  checkInRequest,
  digitCheckResult,
  digitCheckResults,
  digitChecks,
  type CheckInAnswer,
  type CheckInRequest,
  type DigitCheckResult,
  type DigitCheckResults,
  type DigitChecks,
} from '@exco/contracts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { Me, MySession, SessionGuard } from '../../users/auth/session.guard.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Audited } from '../audit/audit.interceptor.ts';
import { CommittedOrQueued } from '../write-behind/committed-or-queued.interceptor.ts';
import { CheckInService } from './check-in.service.ts';
import { DigitChecksService } from './digit-checks.service.ts';

@ApiTags('Students: attendance')
@ApiParam({ name: 'eventId', type: Number })
@Controller('api/events/:eventId')
@UseGuards(SessionGuard)
export class CheckInController {
  constructor(
    private readonly checkIns: CheckInService,
    private readonly digitChecks: DigitChecksService,
  ) {}

  @Post('check-ins')
  @Audited('check-in')
  @UseInterceptors(CommittedOrQueued)
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
    @Query('stream') stream: string | undefined,
    @Req() incoming: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CheckInAnswer> {
    const { answer, receipt } = await this.checkIns.checkIn(me, eventId, request, incoming, stream === '1');
    reply.header('set-cookie', receipt);
    return answer;
  }

  @Post('digit-checks')
  @Audited('digit-check')
  @HttpCode(200)
  @ApiOperation({ summary: 'Do these digits confirm this classmate, or these classmates?' })
  @ApiResponse({ status: 200, standardSchema: z.union([digitCheckResult, digitCheckResults]) })
  async checkDigits(
    @Me() me: Student,
    @MySession() sessionId: string,
    @Param('eventId', EventIdPipe) eventId: number,
    @Body({ schema: digitChecks }) request: DigitChecks,
  ): Promise<DigitCheckResult | DigitCheckResults> {
    return 'checks' in request
      ? this.digitChecks.checkAll(me, sessionId, eventId, request.checks)
      : this.digitChecks.check(me, sessionId, eventId, request);
  }
}
