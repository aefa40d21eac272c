import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ENV, type Env } from '../config/env.ts';
import { ApiError, busy } from '../http/api-error.ts';
import { Metrics } from './metrics.ts';
import { isReady, Readiness, type ReadyState } from './readiness.ts';

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly readiness: Readiness,
    private readonly metrics: Metrics,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('health/ready')
  async ready(): Promise<ReadyState> {
    const state = await this.readiness.check();
    if (!isReady(state)) throw busy();
    return state;
  }

  /** Of this process alone; METRICS_PORT takes its place. */
  @Get('metrics')
  async prometheus(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (this.env.METRICS_PORT !== undefined) throw new ApiError('NOT_FOUND');
    reply.header('content-type', this.metrics.registry.contentType);
    return this.metrics.registry.metrics();
  }
}
