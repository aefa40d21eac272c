import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { busy } from '../http/api-error.ts';
import { within } from '../database/failures.ts';
import { Metrics } from './metrics.ts';
import { RedisConnections } from '../redis/redis.ts';

@ApiExcludeController()
@Controller()
export class HealthController {
  constructor(
    private readonly database: DataSource,
    private readonly redis: RedisConnections,
    private readonly metrics: Metrics,
  ) {}

  @Get('health/live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Check-ins are taken while either of the two is up; only without both is this process of no use. */
  @Get('health/ready')
  async ready(): Promise<Record<'database' | 'redis', 'up' | 'down'>> {
    const state = async (probe: Promise<unknown>) =>
      within(1_000, probe).then(
        () => 'up' as const,
        () => 'down' as const,
      );
    const [database, redis] = await Promise.all([
      state(this.database.query('SELECT 1')),
      state(this.redis.commands.ping()),
    ]);
    if (database === 'down' && redis === 'down') throw busy();
    return { database, redis };
  }

  @Get('metrics')
  @Header('content-type', 'text/plain; version=0.0.4')
  async prometheus(): Promise<string> {
    return this.metrics.registry.metrics();
  }
}
