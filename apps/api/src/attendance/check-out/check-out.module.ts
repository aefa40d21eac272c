import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { AuditModule } from '../audit/audit.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { ViewsModule } from '../views/views.module.ts';
import { WriteBehindModule } from '../write-behind/write-behind.module.ts';
import { CheckOutController } from './check-out.controller.ts';
import { CheckOutList } from './check-out-list.ts';
import { CheckOutRules } from './check-out-rules.ts';
import { CheckOutService } from './check-out.service.ts';

@Module({
  imports: [AuditModule, RecordsModule, StreamModule, UsersModule, ViewsModule, WriteBehindModule],
  controllers: [CheckOutController],
  providers: [CheckOutList, CheckOutRules, CheckOutService],
})
export class CheckOutModule {}
