import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.ts';

/** Of every server: how long a client may take. Milliseconds. */
export const connectionLimits = {
  /** From the connection, or the last answer, to the end of the next request’s header. */
  headersTimeout: 15_000,
  /** Without a byte in either direction, and once more after a write that stands still: nobody reads the answer. Above the time limit of an admin’s statement. */
  timeout: 45_000,
  /** How often Node looks for headers and requests that are late. */
  connectionsCheckingInterval: 5_000,
} as const;

/** Requests that a client may send on one connection before it has read the answer to the first. */
const mostPipelined = 16;
/** How long the answer to a connection that is ended may take to be read. */
const lingerMilliseconds = 5_000;

function end(this: Duplex): void {
  this.destroy();
}

/** From the first moment of a connection: an error that nobody listens to would end the process. */
export function guardConnections(server: Server): void {
  server.on('connection', (socket) => socket.on('error', end));
}

/** An answer in the contract’s form where there is no request to answer, and the end of the connection. */
export function answerAndEnd(socket: Duplex, error: ApiError): void {
  if (socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(error.body());
  const head = [
    `HTTP/1.1 ${error.status} ${error.code}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
  ];
  socket.on('error', end);
  socket.once('finish', end);
  const late = setTimeout(() => socket.destroy(), lingerMilliseconds);
  socket.once('close', () => clearTimeout(late));
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** What Node’s parser refuses before there is a request. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET') socket.destroy();
  else answerAndEnd(socket, new ApiError(codeOf(error), detailsOf(error)));
}

function codeOf({ code }: NodeJS.ErrnoException): 'REQUEST_TIMEOUT' | 'HEADERS_TOO_LARGE' | 'BAD_REQUEST' {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 'REQUEST_TIMEOUT';
  return code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : 'BAD_REQUEST';
}

function detailsOf({ code, message }: NodeJS.ErrnoException): unknown {
  return code?.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW' ? [{ path: '', message }] : undefined;
}

const pipelined = Symbol('pipelined');
type Counted = object & { [pipelined]?: number };

/**
 * Node begins every request that is in the packet it has read, and keeps all their answers while nobody reads them. An
 * answer that waits behind another one has no socket yet.
 */
export function limitPipelining(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    const connection: Counted & Duplex = request.raw.socket;
    const waits = reply.raw.socket === null;
    if (!waits) {
      if (connection[pipelined]) connection[pipelined] = 0;
      done();
      return;
    }
    connection[pipelined] = (connection[pipelined] ?? 0) + 1;
    if (connection[pipelined] <= mostPipelined) done();
    else connection.destroy();
  });
}
