import { Controller, Get, Param, Query, UseGuards, UseInterceptors } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  classmate,
  classmatesQuery,
  mostClassmatesListed,
  eventView,
  streamView,
  type Classmate,
  type ClassmatesQuery,
  type EventView,
  type StreamView,
} from '@exco/contracts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Me, SessionGuard } from '../../users/auth/session.guard.ts';
import { ClassmatesService } from './classmates.service.ts';
import { EventViewsService } from './event-views.service.ts';
import { OpeningViews } from './opening-views.ts';
import { GivesReceipts, Receipts, type ReceiptsOfRequest } from './receipts.interceptor.ts';

const AsksForOpening = () =>
  ApiQuery({
    name: 'opening',
    required: false,
    enum: ['1'],
    description: 'Before check-in opens the answer says when this page prepares and sends',
  });

@ApiTags('Students: the event')
@Controller('api/events')
@UseGuards(SessionGuard)
export class EventsController {
  constructor(
    private readonly views: EventViewsService,
    private readonly openings: OpeningViews,
    private readonly classmatesOf: ClassmatesService,
  ) {}

  @Get()
  @UseInterceptors(GivesReceipts)
  @ApiOperation({ summary: 'The events around now, the current one first' })
  @ApiResponse({ status: 200, standardSchema: z.array(eventView) })
  @AsksForOpening()
  async list(
    @Me() me: Student,
    @Query('opening') opening: string | undefined,
    @Receipts() receipts: ReceiptsOfRequest,
  ): Promise<EventView[]> {
    const views = await this.views.list(me, receipts);
    return opening === '1' ? views.map((view) => this.openings.added(me.id, view)) : views;
  }

  @Get(':eventId')
  @UseInterceptors(GivesReceipts)
  @ApiParam({ name: 'eventId', type: Number })
  @ApiOperation({ summary: 'One event, and my attendance' })
  @AsksForOpening()
  @ApiResponse({ status: 200, standardSchema: eventView })
  async one(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Query('opening') opening: string | undefined,
    @Receipts() receipts: ReceiptsOfRequest,
  ): Promise<EventView> {
    const view = await this.views.one(me, eventId, receipts);
    return opening === '1' ? this.openings.added(me.id, view) : view;
  }

  @Get(':eventId/classmates')
  @ApiParam({ name: 'eventId', type: Number })
  @ApiQuery({
    name: 'search',
    required: false,
    schema: { type: 'string' },
    description: `Words that begin words of the name; then at most ${mostClassmatesListed}, also when it is empty`,
  })
  @ApiOperation({ summary: 'Everyone who shares a class with me' })
  @ApiResponse({ status: 200, standardSchema: z.array(classmate) })
  async classmates(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Query({ schema: classmatesQuery }) query: ClassmatesQuery,
  ): Promise<Classmate[]> {
    return this.classmatesOf.of(me, eventId, query);
  }

  @Get(':eventId/stream')
  @UseInterceptors(GivesReceipts)
  @ApiParam({ name: 'eventId', type: Number })
  @ApiOperation({ summary: 'The stream, for who is checked in' })
  @ApiResponse({ status: 200, standardSchema: streamView })
  async stream(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Receipts() receipts: ReceiptsOfRequest,
  ): Promise<StreamView> {
    return this.views.stream(me, eventId, receipts);
  }
}
