import type { IncomingMessage } from 'node:http';
import { Logger, type OnModuleInit } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import { CountBroadcaster } from './count-broadcaster.ts';
import { LiveNews } from './live-news.ts';
import { LiveSockets } from './live-sockets.ts';
import { admittedTo } from './live.adapter.ts';
import { Watchers } from './watchers.ts';

/** The door of the live connections. Whoever comes is told the counts at once. */
@WebSocketGateway({ path: '/api/live' })
export class LiveGateway implements OnModuleInit, OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  private readonly logger = new Logger(LiveGateway.name);

  constructor(
    private readonly sockets: LiveSockets,
    private readonly watchers: Watchers,
    private readonly counts: CountBroadcaster,
    private readonly news: LiveNews,
  ) {}

  onModuleInit(): void {
    this.news.start();
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const { eventId, userId } = admittedTo(request);
    this.sockets.add(socket, request.socket, eventId, userId);
    this.watchers.note(eventId, userId);
    this.counts.latest(eventId).then(
      (message) => socket.send(JSON.stringify(message)),
      (error: unknown) => this.logger.warn(error),
    );
  }

  handleDisconnect(socket: WebSocket): void {
    const gone = this.sockets.remove(socket);
    if (gone) this.watchers.note(gone.eventId, gone.userId);
  }
}
