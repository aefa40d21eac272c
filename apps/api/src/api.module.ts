import { Module, type DynamicModule } from '@nestjs/common';
import { AttendanceModule } from './attendance/attendance.module.ts';
import type { Env } from './platform/env.ts';
import { HealthController } from './platform/health.controller.ts';
import { PlatformModule } from './platform/platform.module.ts';
import { StreamModule } from './stream/stream.module.ts';
import { UsersModule } from './users/users.module.ts';

@Module({})
export class ApiModule {
  static for(env: Env): DynamicModule {
    return {
      module: ApiModule,
      imports: [PlatformModule.for(env, 'api'), UsersModule, StreamModule, AttendanceModule],
      controllers: [HealthController],
    };
  }
}
