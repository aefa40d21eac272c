import { Module } from '@nestjs/common';
import { GivenUpRepository } from '../audit/given-up.repository.ts';
import { AttendanceProcessor } from './attendance.processor.ts';
import { CommitModule } from './commit.module.ts';

/** The worker's side of the write path. */
@Module({
  imports: [CommitModule],
  providers: [AttendanceProcessor, GivenUpRepository],
})
export class ProcessorModule {}
