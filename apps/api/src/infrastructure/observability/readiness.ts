import { Injectable } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { CorrectedClock } from '../clock.ts';
import { within } from '../database/failures.ts';
import { Draining } from '../http/draining.ts';
import { RedisConnections } from '../redis/redis.ts';
import { Metrics } from './metrics.ts';

export interface ReadyState {
  database: 'up' | 'down';
  redis: 'up' | 'down';
  /** How far the database's clock, which counts, is ahead of this machine's. */
  clockDifferenceMilliseconds: number;
  /** It goes on serving until balancers have noticed. */
  isStopping: boolean;
}

const patienceMilliseconds = 1_000;

/** Whether this process reaches the database and Redis. */
@Injectable()
export class Readiness {
  constructor(
    private readonly database: DataSource,
    private readonly redis: RedisConnections,
    private readonly clock: CorrectedClock,
    private readonly draining: Draining,
    { registry }: Metrics,
  ) {
    const registers = [registry];
    const ask = this.check.bind(this);
    const reached = (name: string, what: string) =>
      new Gauge({ name, help: `1 while every process reaches ${what}.`, aggregator: 'min', registers });
    const redisUp = reached('exco_redis_up', 'Redis');
    new Gauge({
      name: 'exco_database_up',
      help: '1 while every process reaches the database.',
      aggregator: 'min',
      registers,
      async collect() {
        const state = await ask();
        this.set(state.database === 'up' ? 1 : 0);
        redisUp.set(state.redis === 'up' ? 1 : 0);
      },
    });
  }

  async check(): Promise<ReadyState> {
    const state = async (probe: Promise<unknown>) =>
      within(patienceMilliseconds, probe).then(
        () => 'up' as const,
        () => 'down' as const,
      );
    const [database, redis] = await Promise.all([
      state(this.database.query('SELECT 1')),
      state(this.redis.commands.ping()),
    ]);
    return {
      database,
      redis,
      clockDifferenceMilliseconds: this.clock.difference,
      isStopping: this.draining.isUnderWay,
    };
  }
}

/** Check-ins are taken while either of the two is up; only without both is a process of no use. */
export const isReady = ({ database, redis, isStopping }: ReadyState): boolean =>
  !isStopping && (database === 'up' || redis === 'up');
