import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveEvent } from '@exco/persistence';
import { LoopDelay } from '../infrastructure/observability/loop-delay.ts';
import { UsersModule } from '../users/users.module.ts';
import { ConnectionTestController } from './connection-test/connection-test.controller.ts';
import { DemoStreamController } from './demo-stream/demo-stream.controller.ts';
import { InvitedRepository } from './events/invited.repository.ts';
import { JoinLinksController } from './events/join-links.controller.ts';
import { JoinLinksService } from './events/join-links.service.ts';
import { LiveEventRepository } from './events/live-event.repository.ts';
import { LiveEventService } from './events/live-event.service.ts';
import { LiveEvents } from './events/live-events.ts';

@Module({
  imports: [TypeOrmModule.forFeature([LiveEvent]), UsersModule],
  controllers: [ConnectionTestController, DemoStreamController, JoinLinksController],
  providers: [InvitedRepository, JoinLinksService, LiveEventRepository, LiveEvents, LiveEventService, LoopDelay],
  exports: [LiveEvents, LiveEventService],
})
export class StreamModule {}
