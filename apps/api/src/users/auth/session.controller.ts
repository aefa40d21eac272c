import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Query, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { session, signIn, type Session, type SignIn } from '@exco/contracts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { Arrivals } from './arrivals.ts';
import { setCookieFor } from './cookies.ts';
import type { Student } from '../roster/roster.ts';
import { SessionCookie, sessionCookie, sessionSeconds } from './session-cookie.ts';
import { Me, SessionGuard } from './session.guard.ts';
import { SessionService } from './session.service.ts';

const AsksForEvent = () =>
  ApiQuery({
    name: 'event',
    required: false,
    description: '`current` or the id of an event: the answer also holds the event and the classmates',
  });

@ApiTags('Students: sign-in')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly sessions: SessionService,
    private readonly arrivals: Arrivals,
    private readonly cookie: SessionCookie,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in with the full username, or with a signed token' })
  @AsksForEvent()
  @ApiResponse({ status: 200, standardSchema: session })
  async signIn(
    @Body({ schema: signIn }) request: SignIn,
    @Query('event') event: string | undefined,
    @Req() incoming: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const student = await this.sessions.signIn(request, incoming.ip);
    this.set(incoming, reply, this.cookie.issue(student.id), sessionSeconds);
    return { ...this.sessions.view(student), ...(await this.arrivals.of(student, event, incoming)) };
  }

  @Get()
  @UseGuards(SessionGuard)
  @ApiOperation({ summary: 'Who am I' })
  @AsksForEvent()
  @ApiResponse({ status: 200, standardSchema: session })
  async current(
    @Me() me: Student,
    @Query('event') event: string | undefined,
    @Req() incoming: FastifyRequest,
  ): Promise<Session> {
    return { ...this.sessions.view(me), ...(await this.arrivals.of(me, event, incoming)) };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out' })
  async signOut(@Req() incoming: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.sessions.signOut(incoming);
    this.set(incoming, reply, '', 0);
  }

  private set(incoming: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
    reply.header('set-cookie', setCookieFor(this.env, incoming, sessionCookie, value, seconds));
  }
}
