import { Module, type DynamicModule } from '@nestjs/common';
import { AttendanceProcessor } from './attendance/write-behind/attendance.processor.ts';
import { CommitModule } from './attendance/write-behind/commit.module.ts';
import type { Env } from './infrastructure/config/env.ts';
import { InfrastructureModule } from './infrastructure/infrastructure.module.ts';

@Module({})
export class WorkerModule {
  static for(env: Env): DynamicModule {
    return {
      module: WorkerModule,
      imports: [InfrastructureModule.for(env, 'worker'), CommitModule],
      providers: [AttendanceProcessor],
    };
  }
}
