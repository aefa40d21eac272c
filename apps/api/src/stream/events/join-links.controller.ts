import { Controller, Header, HttpCode, Param, Post, Req, UseGuards, type StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AdminGuard } from '../../users/auth/admin.guard.ts';
import { errorAnswers } from '../../infrastructure/http/error-answers.ts';
import { csvFile } from '../../infrastructure/http/csv-file.ts';
import { EventIdPipe } from './event-id.pipe.ts';
import { JoinLinksService } from './join-links.service.ts';

@ApiTags('Admins 3: join links')
@ApiBearerAuth()
@errorAnswers('ADMIN_TOKEN_REQUIRED', 'EVENT_NOT_FOUND', 'BUSY')
@ApiParam({ name: 'eventId', type: Number, example: 1 })
@Controller('api/admin/events/:eventId/join-links')
@UseGuards(AdminGuard)
export class JoinLinksController {
  constructor(private readonly links: JoinLinksService) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @csvFile(
    'A personal link for everyone the event is for, to send by mail. Whoever opens it is signed in as that student',
  )
  async csv(@Param('eventId', EventIdPipe) eventId: number, @Req() request: FastifyRequest): Promise<StreamableFile> {
    return this.links.csv(eventId, request);
  }
}
