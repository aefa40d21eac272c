import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { ReportsController } from './reports.controller.ts';
import { ReportsService } from './reports.service.ts';

@Module({
  imports: [RecordsModule, StreamModule, UsersModule],
  controllers: [ReportsController],
  providers: [ReportsService],
})
export class ReportsModule {}
