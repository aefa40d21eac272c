import { Controller, HttpCode, Post, Query, Req, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import {
  rosterImportOptions,
  rosterModes,
  rosterReport,
  type RosterImportOptions,
  type RosterReport,
} from '@exco/contracts';
import { AdminGuard } from '../auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { rosterPath, uploadOf } from './raw-uploads.ts';
import { RosterImportService } from './roster-import.service.ts';

@ApiTags('Admins 1: the roster')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'BUSY')
@Controller(rosterPath)
@UseGuards(AdminGuard)
export class RosterImportController {
  constructor(private readonly imports: RosterImportService) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Import a roster file, or try what it would do',
    description:
      'A CSV file with the header `username,displayName,className`, one row an enrolment (an empty class for none), or a ' +
      'OneRoster 1.1 or 1.2 CSV zip. Choose the media type below, then the file. Try it with `dryRun=true` first: the ' +
      'report says what would be added, changed and removed, and which rows are refused, and nothing is written. ' +
      '`mode=replace`: whoever is not in the file leaves the roster; `mode=remove`: whoever is in it does. Attendance ' +
      'that was taken stays.',
  })
  @ApiConsumes('text/csv', 'application/zip')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({
    name: 'dryRun',
    required: false,
    // The example is what Swagger UI fills in: nobody imports by surprise there.
    schema: { type: 'boolean', example: true },
    description: 'With true nothing is written. Left out: false.',
  })
  @ApiQuery({ name: 'mode', required: false, schema: { type: 'string', enum: [...rosterModes], default: 'merge' } })
  @errorAnswers(
    'BAD_REQUEST',
    'ROSTER_IMPORT_RUNNING',
    'PAYLOAD_TOO_LARGE',
    'UNSUPPORTED_MEDIA_TYPE',
    'ROSTER_UNREADABLE',
  )
  @ApiResponse({ status: 200, standardSchema: rosterReport })
  async import(
    @Req() request: FastifyRequest,
    @Query({ schema: rosterImportOptions }) options: RosterImportOptions,
  ): Promise<RosterReport> {
    return this.imports.import(...uploadOf(request), options);
  }
}
