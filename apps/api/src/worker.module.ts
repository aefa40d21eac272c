import { Module, type DynamicModule } from '@nestjs/common';
import { AttendanceProcessor } from './attendance/attendance.processor.ts';
import { CommittingModule } from './attendance/committing.module.ts';
import type { Env } from './platform/env.ts';
import { PlatformModule } from './platform/platform.module.ts';

@Module({})
export class WorkerModule {
  static for(env: Env): DynamicModule {
    return {
      module: WorkerModule,
      imports: [PlatformModule.for(env, 'worker'), CommittingModule],
      providers: [AttendanceProcessor],
    };
  }
}
