import net from 'node:net';
import tls from 'node:tls';

/** Where the system listens. */
export interface Target {
  host: string;
  port: number;
  secure: boolean;
  /** For the Host header and Origin. */
  authority: string;
}

export function targetOf(address: string): Target {
  const url = new URL(address);
  const secure = url.protocol === 'https:';
  return { host: url.hostname, port: Number(url.port) || (secure ? 443 : 80), secure, authority: url.host };
}

/** This machine under a name that only it knows: other addresses of 127.0.0.0/8 reach it too. */
export function isLoopback(address: string): boolean {
  const { hostname } = new URL(address);
  return hostname === 'localhost' || hostname.startsWith('127.');
}

/** One connection. Bytes handed to `bytes` are only valid during the call: all sockets share one buffer. */
export interface Line {
  write(bytes: string | Buffer): void;
  end(): void;
}

export interface Listener {
  opened(): void;
  bytes(chunk: Buffer): void;
  /** Once, whatever the reason. */
  closed(error: Error | null): void;
}

/** One buffer for ten thousand sockets: each would otherwise keep its own, and feed the garbage collector with it. */
const sharedBuffer = Buffer.allocUnsafeSlow(64 * 1024);

/** @param localAddress one client address has about 28,000 ports, so students are spread over several */
export function dial({ host, port, secure }: Target, localAddress: string | undefined, listener: Listener): Line {
  const shared = {
    buffer: sharedBuffer,
    callback: (length: number) => {
      listener.bytes(sharedBuffer.subarray(0, length));
      return true;
    },
  };
  const where = { host, port, ...(localAddress === undefined ? {} : { localAddress }) };
  const socket = secure ? tls.connect({ ...where, servername: host }) : net.connect({ ...where, onread: shared });
  if (secure) socket.on('data', (chunk: Buffer) => listener.bytes(chunk));
  socket.setNoDelay(true);
  socket.once(secure ? 'secureConnect' : 'connect', () => listener.opened());
  // Always followed by 'close', which knows nothing of the reason.
  let failure: Error | null = null;
  socket.once('error', (error: Error) => {
    failure = error;
  });
  socket.once('close', () => listener.closed(failure));
  return {
    write: (bytes) => void socket.write(bytes),
    end: () => socket.destroy(),
  };
}
