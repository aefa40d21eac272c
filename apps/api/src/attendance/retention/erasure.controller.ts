import { Body, Controller, Delete, Get, HttpCode, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { anonymisation, studentRecord, type Anonymisation, type StudentRecord } from '@exco/contracts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { UserIdPipe } from '../../users/roster/user-id.pipe.ts';
import { Origin, type RequestOrigin } from '../audit/request-origin.ts';
import { ErasureService } from './erasure.service.ts';
import { StudentRecordsService } from './student-records.service.ts';

@ApiTags('Admins 6: deletion and privacy')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'BUSY')
@Controller('api/admin')
@UseGuards(AdminGuard)
export class ErasureController {
  constructor(
    private readonly erasure: ErasureService,
    private readonly records: StudentRecordsService,
  ) {}

  @Delete('events/:eventId')
  @HttpCode(204)
  @ApiParam({ name: 'eventId', type: Number, example: 1 })
  @errorAnswers('EVENT_NOT_FOUND', 'EVENT_RUNNING')
  @ApiOperation({
    summary: 'Delete an event with its attendance, counts and audit, for good',
    description: 'One that is closed, or that nobody gets ready for yet. Nothing brings it back but a backup.',
  })
  @ApiResponse({ status: 204, description: 'It is gone.' })
  async deleteEvent(@Param('eventId', EventIdPipe) eventId: number, @Origin() origin: RequestOrigin): Promise<void> {
    return this.erasure.deleteEvent(eventId, null, origin);
  }

  @Get('students/:userId')
  @ApiParam({ name: 'userId', type: Number, example: 1 })
  @errorAnswers('USER_NOT_FOUND')
  @ApiOperation({
    summary: 'All that is kept about one student',
    description: 'Also of one who has left. That it was asked for stands in the audit.',
  })
  @ApiResponse({ status: 200, standardSchema: studentRecord })
  async record(@Param('userId', UserIdPipe) userId: number, @Origin() origin: RequestOrigin): Promise<StudentRecord> {
    return this.records.of(userId, origin);
  }

  @Post('students/:userId/anonymisation')
  @HttpCode(204)
  @ApiParam({ name: 'userId', type: Number, example: 1 })
  @errorAnswers('BAD_REQUEST', 'USER_NOT_FOUND')
  @ApiOperation({
    summary: 'Remove name, username and addresses of one student, for good',
    description:
      'They are off the roster. Attendance stays, of nobody in particular. If the next import lists them, a new person comes.',
  })
  @ApiResponse({ status: 204, description: 'It is done; a second time changes nothing.' })
  async anonymise(
    @Param('userId', UserIdPipe) userId: number,
    @Body({ schema: anonymisation }) { reason }: Anonymisation,
    @Origin() origin: RequestOrigin,
  ): Promise<void> {
    return this.erasure.anonymise(userId, reason, origin);
  }
}
