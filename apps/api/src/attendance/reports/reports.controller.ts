import { Controller, Get, Param, Query, UseGuards, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { absentee, attendanceLine, bringer, bringersQuery, classLine, type BringersQuery } from '@exco/contracts';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { csvFile } from '../../infrastructure/http/csv-file.ts';
import { ReportsService } from './reports.service.ts';

@ApiTags('Admins 5: reports')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'EVENT_NOT_FOUND', 'BUSY')
@ApiParam({ name: 'eventId', type: Number, example: 1 })
@Controller('api/admin/events/:eventId')
@UseGuards(AdminGuard)
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('attendance.csv')
  @csvFile('Who was there, when and by whom: a CSV file that spreadsheets open')
  async attendanceCsv(@Param('eventId', EventIdPipe) eventId: number): Promise<StreamableFile> {
    return this.reports.attendance(eventId, 'csv');
  }

  @Get('attendance')
  @ApiOperation({ summary: 'The same as JSON' })
  @ApiResponse({ status: 200, standardSchema: z.array(attendanceLine) })
  async attendance(@Param('eventId', EventIdPipe) eventId: number): Promise<StreamableFile> {
    return this.reports.attendance(eventId, 'json');
  }

  @Get('absentees.csv')
  @csvFile('Who was not there, of those the event is for')
  async absenteesCsv(@Param('eventId', EventIdPipe) eventId: number): Promise<StreamableFile> {
    return this.reports.absentees(eventId, 'csv');
  }

  @Get('absentees')
  @ApiOperation({ summary: 'The same as JSON' })
  @ApiResponse({ status: 200, standardSchema: z.array(absentee) })
  async absentees(@Param('eventId', EventIdPipe) eventId: number): Promise<StreamableFile> {
    return this.reports.absentees(eventId, 'json');
  }

  @Get('classes.csv')
  @csvFile('One line a class. Somebody in two classes counts in both')
  async classesCsv(@Param('eventId', EventIdPipe) eventId: number): Promise<StreamableFile> {
    return this.reports.classes(eventId, 'csv');
  }

  @Get('classes')
  @ApiOperation({ summary: 'The same as JSON' })
  @ApiResponse({ status: 200, standardSchema: z.array(classLine) })
  async classes(@Param('eventId', EventIdPipe) eventId: number): Promise<StreamableFile> {
    return this.reports.classes(eventId, 'json');
  }

  @Get('bringers.csv')
  @ApiQuery({ name: 'atLeast', required: false, schema: { type: 'integer', minimum: 1, default: 1 } })
  @csvFile('Who checked in how many others, most first')
  async bringersCsv(
    @Param('eventId', EventIdPipe) eventId: number,
    @Query({ schema: bringersQuery }) { atLeast }: BringersQuery,
  ): Promise<StreamableFile> {
    return this.reports.bringers(eventId, atLeast, 'csv');
  }

  @Get('bringers')
  @ApiOperation({
    summary: 'The same as JSON',
    description: 'With `atLeast=30`: the students who brought thirty others.',
  })
  @ApiQuery({ name: 'atLeast', required: false, schema: { type: 'integer', minimum: 1, default: 1 } })
  @ApiResponse({ status: 200, standardSchema: z.array(bringer) })
  async bringers(
    @Param('eventId', EventIdPipe) eventId: number,
    @Query({ schema: bringersQuery }) { atLeast }: BringersQuery,
  ): Promise<StreamableFile> {
    return this.reports.bringers(eventId, atLeast, 'json');
  }
}
