import type { IncomingMessage } from 'node:http';
import { Logger } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayConnection, type OnGatewayDisconnect } from '@nestjs/websockets';
import type { WebSocket } from 'ws';
import type { LiveMessage } from '@exco/contracts';
import { AgreedCounts } from '../counts/agreed-counts.ts';
import { LiveGreeting } from './live-greeting.ts';
import { LiveSockets } from './live-sockets.ts';
import { admittedTo } from './live-access.ts';
import { Presence } from '../counts/presence.ts';

/** Live connections. A new one is sent the counts at once, and the student’s view of the event if it asks for that. */
@WebSocketGateway({ path: '/api/live' })
export class LiveGateway implements OnGatewayConnection<WebSocket>, OnGatewayDisconnect<WebSocket> {
  private readonly logger = new Logger(LiveGateway.name);

  constructor(
    private readonly sockets: LiveSockets,
    private readonly presence: Presence,
    private readonly counts: AgreedCounts,
    private readonly greeting: LiveGreeting,
  ) {}

  handleConnection(socket: WebSocket, request: IncomingMessage): void {
    const { eventId, session, me, asksForView } = admittedTo(request);
    this.sockets.add(socket, request.socket, { eventId, session }, asksForView);
    this.presence.came(eventId, me.id);
    this.say(socket, this.counts.latest(eventId));
    // From here on this connection is told everything; what happened before, the view holds.
    if (asksForView) this.say(socket, this.greeting.to(me, eventId, request));
  }

  handleDisconnect(socket: WebSocket): void {
    const gone = this.sockets.remove(socket);
    if (gone && !this.sockets.isWatching(gone.eventId, gone.userId)) this.presence.left(gone.eventId, gone.userId);
  }

  private say(socket: WebSocket, message: Promise<LiveMessage>): void {
    message.then(
      (told) => this.sockets.sendTo(socket, told),
      (error: unknown) => this.logger.warn(error),
    );
  }
}
