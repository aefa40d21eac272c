import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { INestApplicationContext } from '@nestjs/common';
import { WsAdapter } from '@nestjs/platform-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { answerAndEnd } from '../../infrastructure/http/connections.ts';
import { LiveAccess } from './live-access.ts';
import { LiveMetrics } from './live-metrics.ts';

/** From the upgrade to the connection: the session is in memory, the event at most one query away. */
const upgradeWithinMilliseconds = 10_000;

type Answer = (accept: boolean, status?: number, message?: string, headers?: Record<string, string>) => void;

function end(this: Duplex): void {
  this.destroy();
}

/** Takes upgrades in, or answers them in the contract’s form. Nothing that a client sends is logged or thrown. */
export class LiveAdapter extends WsAdapter {
  private readonly access: LiveAccess;
  private readonly metrics: LiveMetrics;

  constructor(app: INestApplicationContext) {
    super(app);
    this.access = app.get(LiveAccess);
    this.metrics = app.get(LiveMetrics);
  }

  override create(port: number, options?: Record<string, unknown>): unknown {
    return super.create(port, {
      ...options,
      // Students have nothing to say here.
      maxPayload: 1_024,
      maxFragments: 16,
      perMessageDeflate: false,
      clientTracking: true,
      verifyClient: ({ req }: { req: IncomingMessage }, answer: Answer) => {
        this.access.admit(req).then(
          () => answer(true),
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
    const { ended } = this.metrics;
    function malformed(this: WebSocket): void {
      ended.inc({ reason: 'malformed' });
      this.terminate();
    }
    return server
      .on('connection', (socket: WebSocket) => socket.on('error', malformed))
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
}
