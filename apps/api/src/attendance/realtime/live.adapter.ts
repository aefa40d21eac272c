import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { answerAndEnd } from '../../infrastructure/http/connections.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import { parseEventId } from '../../stream/events/event-id.pipe.ts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { Roster, type Student } from '../../users/roster/roster.ts';
import { SessionCookie } from '../../users/auth/session-cookie.ts';

export interface Admitted {
  eventId: number;
  me: Student;
  /** The page asks how things stand. */
  asksForView: boolean;
}

const admitted = new WeakMap<IncomingMessage, Admitted>();

/** Who stands behind an upgrade that was accepted. */
export function admittedTo(request: IncomingMessage): Admitted {
  const found = admitted.get(request);
  if (!found) throw new Error('a live connection that nobody admitted');
  return found;
}

/** From the upgrade to the connection: the session is in memory, the event at most one query away. */
const upgradeWithinMilliseconds = 10_000;

function end(this: Duplex): void {
  this.destroy();
}

type Answer = (accept: boolean, status?: number, message?: string, headers?: Record<string, string>) => void;

/** Judges a live connection before it is accepted: session, Origin and event. */
export class LiveAdapter extends WsAdapter {
  private readonly cookie: SessionCookie;
  private readonly roster: Roster;
  private readonly events: LiveEvents;
  private readonly env: Env;

  constructor(app: INestApplicationContext) {
    super(app);
    this.cookie = app.get(SessionCookie);
    this.roster = app.get(Roster);
    this.events = app.get(LiveEvents);
    this.env = app.get<Env>(ENV);
  }

  override create(port: number, options?: Record<string, unknown>): unknown {
    return super.create(port, {
      ...options,
      // Students have nothing to say here.
      maxPayload: 1_024,
      perMessageDeflate: false,
      clientTracking: true,
      verifyClient: ({ req }: { req: IncomingMessage }, answer: Answer) => {
        this.admit(req).then(
          (found) => {
            admitted.set(req, found);
            answer(true);
          },
          (error: unknown) => {
            const known = error instanceof ApiError ? error : new ApiError('BUSY');
            answer(false, known.status, JSON.stringify(known.body()), { 'Content-Type': 'application/json' });
          },
        );
      },
    });
  }

  /** The page says nothing, so there are no handlers to keep for each of ten thousand sockets. */
  override bindMessageHandlers(): void {
    return;
  }

  override bindErrorHandler(server: WebSocketServer): WebSocketServer {
    return server
      .on('connection', (socket: WebSocket) => socket.on('error', () => socket.terminate()))
      .on('wsClientError', ({ message }: Error, socket: Duplex) =>
        answerAndEnd(socket, new ApiError('BAD_REQUEST', [{ path: '', message }])),
      );
  }

  /** Nest’s own way reads the address together with `Host`, and writes to a connection that nobody listens to. */
  protected override ensureHttpServerExists(port: number, httpServer: Server = createServer()): Server | undefined {
    if (this.httpServersRegistry.has(port)) return undefined;
    this.httpServersRegistry.set(port, httpServer);
    return httpServer.on('upgrade', (request, socket, head) => this.upgrade(port, request, socket, head));
  }

  private upgrade(port: number, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node has just taken its own listeners off.
    socket.on('error', end);
    const [path] = (request.url ?? '').split('?', 1);
    const servers = this.wsServersRegistry.get(port) as (WebSocketServer & { path: string })[] | undefined;
    const server = servers?.find((one) => one.path === path);
    if (!server) {
      answerAndEnd(socket, new ApiError('NOT_FOUND'));
      return;
    }
    // `ws` takes the deadline off a connection that it accepts.
    request.socket.setTimeout(upgradeWithinMilliseconds, end);
    server.handleUpgrade(request, socket, head, (connected) => server.emit('connection', connected, request));
  }

  private async admit(request: IncomingMessage): Promise<Admitted> {
    if (!this.isOwnOrigin(request)) throw new ApiError('FOREIGN_ORIGIN');
    const userId = this.cookie.userId(request.headers.cookie);
    const student = userId === null ? undefined : this.roster.student(userId);
    if (!student) throw new ApiError('NOT_SIGNED_IN');
    const asked = new URL(request.url ?? '/', 'http://any').searchParams;
    const event = await this.events.findFor(student, parseEventId(asked.get('eventId') ?? ''));
    return { eventId: event.id, me: student, asksForView: asked.get('view') === '1' };
  }

  /** Browsers always say where a page comes from; a cookie alone must not open a connection for a foreign page. */
  private isOwnOrigin({ headers }: IncomingMessage): boolean {
    if (headers.origin === undefined) return true;
    if (!URL.canParse(headers.origin)) return false;
    const { host, origin } = new URL(headers.origin);
    const publicOrigin = this.env.PUBLIC_URL && new URL(this.env.PUBLIC_URL).origin;
    return host === headers.host || origin === publicOrigin;
  }
}
