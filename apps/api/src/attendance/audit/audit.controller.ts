import { Controller, Get, Param, Query, UseGuards, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { auditEntry, auditKinds, auditQuery, type AuditEntry, type AuditQuery } from '@exco/contracts';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { EventIdPipe } from '../../stream/events/event-id.pipe.ts';
import { csvFile } from '../../infrastructure/http/csv-file.ts';
import { AuditService } from './audit.service.ts';

@ApiTags('Admins 4: audit and corrections')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'EVENT_NOT_FOUND', 'BUSY')
@ApiParam({ name: 'eventId', type: Number, example: 1 })
@ApiQuery({
  name: 'userId',
  required: false,
  schema: { type: 'integer' },
  description: 'Who did it, or to whom it was done.',
})
@ApiQuery({ name: 'kind', required: false, schema: { type: 'string', enum: [...auditKinds] } })
@ApiQuery({
  name: 'outcome',
  required: false,
  schema: { type: 'string' },
  description: 'Such as `wrong-digits`, `locked`, `revoke`.',
})
@Controller('api/admin/events/:eventId')
@UseGuards(AdminGuard)
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('audit')
  @ApiOperation({
    summary: 'Who did what to whom, when and from where, the newest first, refused tries included',
    description: 'The next page: the same with `before` = the last `id`. Who brought how many others: `bringers`.',
  })
  @ApiQuery({ name: 'before', required: false, schema: { type: 'integer' } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 200, maximum: 1000 } })
  @ApiResponse({ status: 200, standardSchema: z.array(auditEntry) })
  async list(
    @Param('eventId', EventIdPipe) eventId: number,
    @Query({ schema: auditQuery }) query: AuditQuery,
  ): Promise<AuditEntry[]> {
    return this.audit.list(eventId, query);
  }

  @Get('audit.csv')
  @csvFile('All of it as a CSV file')
  async csv(
    @Param('eventId', EventIdPipe) eventId: number,
    @Query({ schema: auditQuery }) query: AuditQuery,
  ): Promise<StreamableFile> {
    return this.audit.csv(eventId, query);
  }
}
