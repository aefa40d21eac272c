import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import {
  rosterClass,
  rosterSearch,
  rosterStudent,
  type RosterClass,
  type RosterSearch,
  type RosterStudent,
} from '@exco/contracts';
import { AdminGuard } from '../auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { RosterAdminService } from './roster-admin.service.ts';

@ApiTags('Admins 1: the roster')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'BUSY')
@Controller('api/admin/roster')
@UseGuards(AdminGuard)
export class RosterAdminController {
  constructor(private readonly roster: RosterAdminService) {}

  @Get('students')
  @ApiOperation({ summary: 'Find a student, and the userId that corrections and audit ask for' })
  @ApiQuery({
    name: 'search',
    schema: { type: 'string', default: 'a' },
    description: 'Part of the username or of the name.',
  })
  @ApiResponse({ status: 200, description: 'The first fifty', standardSchema: z.array(rosterStudent) })
  async students(@Query({ schema: rosterSearch }) { search }: RosterSearch): Promise<RosterStudent[]> {
    return this.roster.students(search);
  }

  @Get('classes')
  @ApiOperation({ summary: 'All classes, and the id that an event limited to some of them asks for' })
  @ApiResponse({ status: 200, standardSchema: z.array(rosterClass) })
  async classes(): Promise<RosterClass[]> {
    return this.roster.classes();
  }
}
