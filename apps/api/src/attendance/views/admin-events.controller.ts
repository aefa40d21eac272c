import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  adminEvent,
  changeLiveEvent,
  createLiveEvent,
  eventListQuery,
  summary,
  type AdminEvent,
  type ChangeLiveEvent,
  type CreateLiveEvent,
  type EventListQuery,
  type Summary,
} from '@exco/contracts';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { AdminEventsService } from './admin-events.service.ts';

@ApiTags('Admins 2: the event')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'BUSY')
@Controller('api/admin/events')
@UseGuards(AdminGuard)
export class AdminEventsController {
  constructor(private readonly events: AdminEventsService) {}

  @Post()
  @ApiOperation({ summary: 'Create an event' })
  @errorAnswers('BAD_REQUEST')
  @ApiResponse({ status: 201, standardSchema: adminEvent })
  async create(@Body({ schema: createLiveEvent }) request: CreateLiveEvent): Promise<AdminEvent> {
    return this.events.create(request);
  }

  @Get()
  @ApiOperation({
    summary: 'The events, the current one first',
    description:
      'All; with `limit` all that have not closed, and so many closed ones. The next page comes with `before`: the last id of this one.',
  })
  @errorAnswers('BAD_REQUEST')
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500 } })
  @ApiQuery({ name: 'before', required: false, schema: { type: 'integer', minimum: 1 } })
  @ApiResponse({ status: 200, standardSchema: z.array(adminEvent) })
  async list(@Query({ schema: eventListQuery }) query: EventListQuery): Promise<AdminEvent[]> {
    return this.events.list(query);
  }

  @Get(':eventId')
  @ApiParam({ name: 'eventId', type: Number, example: 1 })
  @errorAnswers('EVENT_NOT_FOUND')
  @ApiOperation({ summary: 'One event' })
  @ApiResponse({ status: 200, standardSchema: adminEvent })
  async one(@Param('eventId', EventIdPipe) eventId: number): Promise<AdminEvent> {
    return this.events.one(eventId);
  }

  @Patch(':eventId')
  @ApiParam({ name: 'eventId', type: Number, example: 1 })
  @errorAnswers('EVENT_NOT_FOUND')
  @ApiOperation({ summary: 'Change an event, also while it is live: the fields that are sent, the others stay' })
  @errorAnswers('BAD_REQUEST')
  @ApiResponse({ status: 200, standardSchema: adminEvent })
  async change(
    @Param('eventId', EventIdPipe) eventId: number,
    @Body({ schema: changeLiveEvent }) request: ChangeLiveEvent,
  ): Promise<AdminEvent> {
    return this.events.change(eventId, request);
  }

  @Post(':eventId/end')
  @HttpCode(200)
  @ApiParam({ name: 'eventId', type: Number, example: 1 })
  @errorAnswers('EVENT_NOT_FOUND')
  @ApiOperation({ summary: 'End the live event now: every student is prompted to check out' })
  @ApiResponse({ status: 200, standardSchema: adminEvent })
  async end(@Param('eventId', EventIdPipe) eventId: number): Promise<AdminEvent> {
    return this.events.end(eventId);
  }

  @Get(':eventId/summary')
  @ApiParam({ name: 'eventId', type: Number, example: 1 })
  @errorAnswers('EVENT_NOT_FOUND')
  @ApiOperation({ summary: 'Attendance in all and by class, read now' })
  @ApiResponse({ status: 200, standardSchema: summary })
  async summary(@Param('eventId', EventIdPipe) eventId: number): Promise<Summary> {
    return this.events.summary(eventId);
  }
}
