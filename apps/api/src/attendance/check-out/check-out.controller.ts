import { Body, Controller, Get, Param, Post, Req, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  checkOutCommitted,
  checkOutQueued,
  checkOutRequest,
  companion,
  type CheckOutAnswer,
  type CheckOutRequest,
  type Companion,
} from '@exco/contracts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { Me, SessionGuard } from '../../users/auth/session.guard.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Audited } from '../audit/audit.interceptor.ts';
import { CommittedOrQueued } from '../write-behind/committed-or-queued.interceptor.ts';
import { CheckOutService } from './check-out.service.ts';

@ApiTags('Students: attendance')
@ApiParam({ name: 'eventId', type: Number })
@Controller('api/events/:eventId/check-outs')
@UseGuards(SessionGuard)
export class CheckOutController {
  constructor(private readonly checkOuts: CheckOutService) {}

  @Get()
  @ApiOperation({ summary: 'Whom I may check out: me first, then everyone I checked in' })
  @ApiResponse({ status: 200, standardSchema: z.array(companion) })
  async mine(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Req() incoming: FastifyRequest,
  ): Promise<Companion[]> {
    return this.checkOuts.mine(me, eventId, incoming);
  }

  @Post()
  @Audited('check-out')
  @UseInterceptors(CommittedOrQueued)
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
  ): Promise<CheckOutAnswer> {
    return this.checkOuts.checkOut(me, eventId, request, incoming);
  }
}
