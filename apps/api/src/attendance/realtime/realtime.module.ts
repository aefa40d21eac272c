import { Module } from '@nestjs/common';
import { StreamModule } from '../../stream/stream.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { CountsModule } from '../counts/counts.module.ts';
import { RecordsModule } from '../records/records.module.ts';
import { ViewsModule } from '../views/views.module.ts';
import { CountBroadcaster } from './count-broadcaster.ts';
import { LiveAccess } from './live-access.ts';
import { LiveGreeting } from './live-greeting.ts';
import { LiveMetrics } from './live-metrics.ts';
import { LiveNews } from './live-news.ts';
import { LiveSockets } from './live-sockets.ts';
import { LiveGateway } from './live.gateway.ts';
import { OpeningNews } from './opening-news.ts';

/** The live connections and what is sent through them. */
@Module({
  imports: [CountsModule, RecordsModule, StreamModule, UsersModule, ViewsModule],
  providers: [CountBroadcaster, LiveAccess, LiveGateway, LiveGreeting, LiveMetrics, LiveNews, LiveSockets, OpeningNews],
})
export class RealtimeModule {}
