import { Body, Controller, Delete, Get, HttpCode, Inject, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { session, signIn, type Session, type SignIn } from '@exco/contracts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { isSecure, setCookie } from './cookies.ts';
import type { Student } from '../roster/roster.ts';
import { SessionCookie, sessionCookie, sessionSeconds } from './session-cookie.ts';
import { Me, SessionGuard } from './session.guard.ts';
import { SessionService } from './session.service.ts';

@ApiTags('Students: sign-in')
@Controller('api/session')
export class SessionController {
  constructor(
    private readonly sessions: SessionService,
    private readonly cookie: SessionCookie,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'Sign in with the full username, or with a signed token' })
  @ApiResponse({ status: 200, standardSchema: session })
  async signIn(
    @Body({ schema: signIn }) request: SignIn,
    @Req() incoming: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Session> {
    const student = await this.sessions.signIn(request, incoming.ip);
    this.set(incoming, reply, this.cookie.issue(student.id), sessionSeconds);
    return this.sessions.view(student);
  }

  @Get()
  @UseGuards(SessionGuard)
  @ApiOperation({ summary: 'Who am I' })
  @ApiResponse({ status: 200, standardSchema: session })
  current(@Me() me: Student): Session {
    return this.sessions.view(me);
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign out' })
  signOut(@Req() incoming: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): void {
    this.set(incoming, reply, '', 0);
  }

  private set(incoming: FastifyRequest, reply: FastifyReply, value: string, seconds: number): void {
    reply.header('set-cookie', setCookie(sessionCookie, value, seconds, isSecure(this.env, incoming)));
    reply.header('cache-control', 'no-store');
  }
}
