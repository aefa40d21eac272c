import { Controller, Get, Param, Query, Req, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { classmate, eventView, streamView, type Classmate, type EventView, type StreamView } from '@exco/contracts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import type { Student } from '../../users/roster/roster.ts';
import { Me, SessionGuard } from '../../users/auth/session.guard.ts';
import { EventViewsService } from './event-views.service.ts';
import { OpeningViews } from './opening-views.ts';
import { Receipt } from '../records/receipt.ts';

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
    private readonly receipt: Receipt,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The events around now, the current one first' })
  @ApiResponse({ status: 200, standardSchema: z.array(eventView) })
  @AsksForOpening()
  async list(
    @Me() me: Student,
    @Query('opening') opening: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<EventView[]> {
    const views = await this.views.list(me, this.receipt.times(request, me.id));
    return opening === '1' ? views.map((view) => this.openings.added(me.id, view)) : views;
  }

  @Get(':eventId')
  @ApiParam({ name: 'eventId', type: Number })
  @ApiOperation({ summary: 'One event, and my attendance' })
  @AsksForOpening()
  @ApiResponse({ status: 200, standardSchema: eventView })
  async one(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Query('opening') opening: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<EventView> {
    const view = await this.views.one(me, eventId, this.receipt.times(request, me.id));
    return opening === '1' ? this.openings.added(me.id, view) : view;
  }

  @Get(':eventId/classmates')
  @ApiParam({ name: 'eventId', type: Number })
  @ApiOperation({ summary: 'Everyone who shares a class with me' })
  @ApiResponse({ status: 200, standardSchema: z.array(classmate) })
  async classmates(@Me() me: Student, @Param('eventId', EventIdPipe) eventId: number): Promise<Classmate[]> {
    return this.views.classmates(me, eventId);
  }

  @Get(':eventId/stream')
  @ApiParam({ name: 'eventId', type: Number })
  @ApiOperation({ summary: 'The stream, for who is checked in' })
  @ApiResponse({ status: 200, standardSchema: streamView })
  async stream(
    @Me() me: Student,
    @Param('eventId', EventIdPipe) eventId: number,
    @Req() request: FastifyRequest,
  ): Promise<StreamView> {
    return this.views.stream(me, eventId, this.receipt.times(request, me.id));
  }
}
