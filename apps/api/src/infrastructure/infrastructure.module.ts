import { BullModule } from '@nestjs/bull';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { dataSourceOptions, openDataSource, type SessionLimits } from '@exco/persistence';
import type { DataSource, DataSourceOptions } from 'typeorm';
import { Clock, CorrectedClock } from './clock.ts';
import { ENV, type Env } from './config/env.ts';
import {
  administration,
  administrationConnections,
  AdministrationEnd,
  administrationLimits,
} from './database/administration.ts';
import { DatabaseTime } from './database/database-time.ts';
import { requestLimits } from './database/limits.ts';
import { connectionRefused, refuseUnfitDatabase } from './database/database-fit.ts';
import { PoolMetrics } from './database/pool-metrics.ts';
import { Draining } from './http/draining.ts';
import { Metrics, metricsOfProcess } from './observability/metrics.ts';
import { Readiness } from './observability/readiness.ts';
import { Tracing } from './observability/tracing.ts';
import { patient, queueOptions } from './redis/queue-options.ts';
import { failFast, RedisConnections } from './redis/redis.ts';
import { refuseUnfitRedis } from './redis/redis-fit.ts';
import { SignalBus } from './redis/signals.ts';
import { PeriodicTasks } from './scheduling/periodic.ts';
import { StartRefused } from './scheduling/start-refused.ts';

/** What a worker does when Redis goes: wait for it. An API process must not wait: it writes without the queue. */
export type Role = 'api' | 'worker';

function pool(
  options: DataSourceOptions,
  name: string | undefined,
  limits: SessionLimits,
  refuseUnfit: (source: DataSource) => Promise<unknown>,
): DynamicModule {
  return TypeOrmModule.forRootAsync({
    ...(name === undefined ? {} : { name }),
    useFactory: () => ({
      ...options,
      ...(name === undefined ? {} : { name }),
      retryAttempts: 5,
      retryDelay: 1_000,
      toRetry: (error: unknown) => !(error instanceof StartRefused) || error.mayPass,
    }),
    dataSourceFactory: async () => {
      const source = await openDataSource(options, limits).catch((error: unknown) => {
        throw connectionRefused(error);
      });
      try {
        await refuseUnfit(source);
      } catch (error) {
        await source.destroy();
        throw error;
      }
      return source;
    },
  });
}

const database = (env: Env) =>
  pool(dataSourceOptions(env.DATABASE_URL), undefined, requestLimits, async (source) => {
    await refuseUnfitDatabase(source);
    await refuseUnfitRedis(env.REDIS_URL, source);
  });

const administrationDatabase = (env: Env) =>
  pool(
    dataSourceOptions(env.DATABASE_URL, administrationConnections),
    administration,
    administrationLimits,
    refuseUnfitDatabase,
  );

@Global()
@Module({})
export class InfrastructureModule {
  static for(env: Env, role: Role): DynamicModule {
    return {
      module: InfrastructureModule,
      imports: [
        DiscoveryModule,
        database(env),
        ...(role === 'api' ? [administrationDatabase(env)] : []),
        BullModule.forRoot(queueOptions(env.REDIS_URL, role === 'api' ? failFast : patient)),
      ],
      providers: [
        { provide: ENV, useValue: env },
        { provide: RedisConnections, useFactory: () => new RedisConnections(env.REDIS_URL, env.REDIS_COUNTS_URL) },
        CorrectedClock,
        { provide: Clock, useExisting: CorrectedClock },
        DatabaseTime,
        Draining,
        PeriodicTasks,
        SignalBus,
        ...(role === 'api' ? [AdministrationEnd] : []),
        {
          provide: Metrics,
          useFactory: () => metricsOfProcess(role, role === 'api' ? env.API_PROCESSES : env.WORKER_PROCESSES),
        },
        PoolMetrics,
        Readiness,
        { provide: Tracing, useFactory: () => Tracing.start(env, `exco-${role}`) },
      ],
      exports: [ENV, Clock, Draining, RedisConnections, SignalBus, Metrics, Readiness],
    };
  }
}
