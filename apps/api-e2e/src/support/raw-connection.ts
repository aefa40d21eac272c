import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { eventually } from '@exco/testing';

/** A client that says what it likes, HTTP or not. */
export class RawConnection {
  closed = false;
  private readonly received: Buffer[] = [];

  private constructor(readonly socket: Socket) {
    socket.on('error', () => undefined);
    socket.on('close', () => (this.closed = true));
    socket.on('data', (bytes: Buffer) => this.received.push(bytes));
  }

  static async open(url: string): Promise<RawConnection> {
    const connection = new RawConnection(connect(Number(new URL(url).port), '127.0.0.1'));
    await once(connection.socket, 'connect');
    return connection;
  }

  say(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  get text(): string {
    return Buffer.concat(this.received).toString('latin1');
  }

  /** The server has ended it. */
  async untilClosed(): Promise<void> {
    await eventually(() => expect(this.closed).toBe(true), 30);
  }

  async reset(): Promise<void> {
    if (this.closed) return;
    this.socket.resetAndDestroy();
    await once(this.socket, 'close');
  }
}

/** Head of a request, as text. */
export const head = (first: string, ...headers: string[]): string => `${[first, ...headers].join('\r\n')}\r\n\r\n`;
