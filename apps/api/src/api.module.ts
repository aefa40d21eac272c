import { Module, type DynamicModule } from '@nestjs/common';
import { AttendanceModule } from './attendance/attendance.module.ts';
import { ConfigurationController } from './configuration.controller.ts';
import type { Env } from './infrastructure/config/env.ts';
import { HealthController } from './infrastructure/observability/health.controller.ts';
import { InfrastructureModule } from './infrastructure/infrastructure.module.ts';
import { StreamModule } from './stream/stream.module.ts';
import { UsersModule } from './users/users.module.ts';

@Module({})
export class ApiModule {
  static for(env: Env): DynamicModule {
    return {
      module: ApiModule,
      imports: [InfrastructureModule.for(env, 'api'), UsersModule, StreamModule, AttendanceModule],
      controllers: [HealthController, ConfigurationController],
    };
  }
}
