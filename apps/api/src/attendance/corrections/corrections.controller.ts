import { Body, Controller, Param, Post, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { correction, correctionResult, type Correction, type CorrectionResult } from '@exco/contracts';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { Origin, type RequestOrigin } from '../audit/request-origin.ts';
import { CorrectionsService } from './corrections.service.ts';

@ApiTags('Admins 4: audit and corrections')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'EVENT_NOT_FOUND', 'BUSY')
@ApiParam({ name: 'eventId', type: Number, example: 1 })
@Controller('api/admin/events/:eventId/corrections')
@UseGuards(AdminGuard)
export class CorrectionsController {
  constructor(private readonly corrections: CorrectionsService) {}

  @Post()
  @ApiOperation({
    summary: 'Check somebody in or out by hand, or take a check-in back',
    description:
      'At any time, also after the event. The audit keeps what was, what was done, and why. Counts, pages and reports follow.',
  })
  @errorAnswers('BAD_REQUEST', 'EVENT_NOT_FOUND', 'USER_NOT_FOUND', 'NOT_CHECKED_IN')
  @ApiResponse({ status: 201, standardSchema: correctionResult })
  async correct(
    @Param('eventId', EventIdPipe) eventId: number,
    @Body({ schema: correction }) request: Correction,
    @Origin() origin: RequestOrigin,
  ): Promise<CorrectionResult> {
    return this.corrections.correct(eventId, request, origin);
  }
}
