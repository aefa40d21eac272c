import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { configurationChecks, type ConfigurationChecks } from '@exco/contracts';
import { check } from './infrastructure/config/checks.ts';
import { ENV, type Env } from './infrastructure/config/env.ts';
import { errorAnswers } from './infrastructure/http/error-answers.ts';
import { AdminGuard } from './users/auth/admin.guard.ts';

@ApiTags('Admins 7: operation')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'BUSY')
@Controller('api/admin/configuration')
@UseGuards(AdminGuard)
export class ConfigurationController {
  constructor(@Inject(ENV) private readonly env: Env) {}

  @Get()
  @ApiOperation({ summary: 'What the process that answers finds right and wrong with its settings and its servers' })
  @ApiResponse({ status: 200, standardSchema: configurationChecks })
  async checks(): Promise<ConfigurationChecks> {
    return { process: this.env.processId, checks: await check(this.env) };
  }
}
