import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { adminAct, adminActQuery, type AdminAct, type AdminActQuery } from '@exco/contracts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { AuditService } from './audit.service.ts';

@ApiTags('Admins 6: deletion and privacy')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'BAD_REQUEST', 'BUSY')
@Controller('api/admin/audit')
@UseGuards(AdminGuard)
export class AdminActsController {
  constructor(private readonly audit: AuditService) {}

  @Get()
  @ApiOperation({
    summary: 'Deletions, anonymisations and disclosures, the newest first',
    description: 'What was done by retention has no address. The next page: the same with `before` = the last `id`.',
  })
  @ApiQuery({ name: 'before', required: false, schema: { type: 'integer' } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', default: 200, maximum: 1000 } })
  @ApiResponse({ status: 200, standardSchema: z.array(adminAct) })
  async list(@Query({ schema: adminActQuery }) query: AdminActQuery): Promise<AdminAct[]> {
    return this.audit.acts(query);
  }
}
