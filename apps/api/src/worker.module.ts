import { Module, type DynamicModule } from '@nestjs/common';
import { ProcessorModule } from './attendance/write-behind/processor.module.ts';
import type { Env } from './infrastructure/config/env.ts';
import { InfrastructureModule } from './infrastructure/infrastructure.module.ts';

@Module({})
export class WorkerModule {
  static for(env: Env): DynamicModule {
    return {
      module: WorkerModule,
      imports: [InfrastructureModule.for(env, 'worker'), ProcessorModule],
    };
  }
}
