import { WebSocket } from 'ws';
import { liveMessage, type LiveMessage } from '@exco/contracts';
import { eventually } from '@exco/testing';
import type { ApiClient } from './api-client.ts';

export type Message<Type extends LiveMessage['type']> = Extract<LiveMessage, { type: Type }>;

/** A page's open connection, and what was said on it. */
export class LiveConnection {
  readonly messages: LiveMessage[] = [];

  private constructor(
    private readonly socket: WebSocket,
    client: ApiClient,
  ) {
    socket.on('message', (raw: Buffer, isBinary) => {
      client.heard.push(raw.toString());
      this.messages.push(liveMessage.parse(JSON.parse(isBinary ? '"binary"' : raw.toString())));
    });
    socket.on('error', () => undefined);
  }

  /** Resolves once the server took it. @throws RefusedUpgrade */
  static async open(
    client: ApiClient,
    eventId: number | string,
    headers: Record<string, string> = {},
  ): Promise<LiveConnection> {
    const address = `${client.url.replace('http', 'ws')}/api/live?eventId=${eventId}`;
    const socket = new WebSocket(address, { headers: { cookie: client.cookieHeader, ...headers } });
    const connection = new LiveConnection(socket, client);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
      socket.once('unexpected-response', (_, response) => {
        response.resume();
        reject(new RefusedUpgrade(response.statusCode ?? 0));
      });
    });
    return connection;
  }

  of<Type extends LiveMessage['type']>(type: Type): Message<Type>[] {
    return this.messages.filter((message): message is Message<Type> => message.type === type);
  }

  get lastCounts(): Message<'counts'> | undefined {
    return this.of('counts').at(-1);
  }

  /** Waits for counts with these figures. */
  async untilCounts(figures: Partial<Message<'counts'>>): Promise<Message<'counts'>> {
    return eventually(() => {
      expect(this.lastCounts).toMatchObject(figures);
      return this.lastCounts as Message<'counts'>;
    });
  }

  get closeCode(): Promise<number> {
    return new Promise((resolve) => this.socket.once('close', resolve));
  }

  /** The page says nothing; somebody else may. */
  say(text: string): void {
    this.socket.send(text);
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => this.socket.once('close', resolve));
    this.socket.close();
    await closed;
  }
}

export class RefusedUpgrade extends Error {
  override readonly name = 'RefusedUpgrade';

  constructor(readonly status: number) {
    super(`the upgrade was answered ${status}`);
  }
}
