import { Module } from '@nestjs/common';
import { RecordsModule } from '../records/records.module.ts';
import { AgreedCounts } from './agreed-counts.ts';
import { Presence } from './presence.ts';

/** Total attendance and who is watching: one figure for all processes. */
@Module({
  imports: [RecordsModule],
  providers: [AgreedCounts, Presence],
  exports: [AgreedCounts, Presence],
})
export class CountsModule {}
