import type { IncomingMessage } from 'node:http';
import { Logger, type OnModuleInit } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { LiveMessage } from '@exco/contracts';
import { CountBroadcaster } from '../counts/count-broadcaster.ts';
import { LiveGreeting } from './live-greeting.ts';
import { LiveNews } from './live-news.ts';
import { LiveSockets } from './live-sockets.ts';
import { admittedTo } from './live.adapter.ts';
import { Presence } from '../counts/presence.ts';

/** The door of the live connections. Whoever comes is told the counts at once, and how things stand if they ask. */
@WebSocketGateway({ path: '/api/live' })
export class LiveGateway implements OnModuleInit, OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  private readonly logger = new Logger(LiveGateway.name);

  constructor(
    private readonly sockets: LiveSockets,
    private readonly watchers: Presence,
    private readonly counts: CountBroadcaster,
    private readonly news: LiveNews,
    private readonly greeting: LiveGreeting,
  ) {}

  onModuleInit(): void {
    this.news.start();
  }

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const { eventId, me, asksForView } = admittedTo(request);
    this.sockets.add(socket, request.socket, eventId, me.id, asksForView);
    this.watchers.note(eventId, me.id);
    this.say(socket, this.counts.latest(eventId));
    // From here on this connection is told everything; what happened before, the view holds.
    if (asksForView) this.say(socket, this.greeting.to(me, eventId, request.headers.cookie));
  }

  handleDisconnect(socket: WebSocket): void {
    const gone = this.sockets.remove(socket);
    if (gone) this.watchers.note(gone.eventId, gone.userId);
  }

  private say(socket: WebSocket, message: Promise<LiveMessage>): void {
    message.then(
      (told) => socket.send(JSON.stringify(told)),
      (error: unknown) => this.logger.warn(error),
    );
  }
}
