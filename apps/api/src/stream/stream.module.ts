import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LiveEvent } from '@exco/persistence';
import { UsersModule } from '../users/users.module.ts';
import { ConnectionTestController } from './connection-test.controller.ts';
import { DemoStreamController } from './demo-stream.controller.ts';
import { InvitedRepository } from './invited.repository.ts';
import { JoinLinksController } from './join-links.controller.ts';
import { JoinLinksService } from './join-links.service.ts';
import { LiveEventRepository } from './live-event.repository.ts';
import { LiveEventService } from './live-event.service.ts';
import { LiveEvents } from './live-events.ts';

@Module({
  imports: [TypeOrmModule.forFeature([LiveEvent]), UsersModule],
  controllers: [ConnectionTestController, DemoStreamController, JoinLinksController],
  providers: [InvitedRepository, JoinLinksService, LiveEventRepository, LiveEvents, LiveEventService],
  exports: [LiveEvents, LiveEventService],
})
export class StreamModule {}
