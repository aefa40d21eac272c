import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net';

interface Pair {
  client: Socket;
  server: Socket;
  silent: boolean;
}

/** Stands between a process and a server, and breaks the line between them in ways that no server does by itself. */
export class TcpProxy {
  private readonly pairs = new Set<Pair>();
  private losesReplies = false;
  /** For proof that a fault has struck: connections that fell silent, and replies that were thrown away. */
  silenced = 0;
  repliesLost = 0;

  readonly port: number;
  private readonly server: Server;

  private constructor(server: Server) {
    this.server = server;
    ({ port: this.port } = server.address() as AddressInfo);
  }

  /** @param target where the server is, as `net.connect` takes it, for each connection: a port or the path of a socket */
  static async to(target: NetConnectOpts | (() => NetConnectOpts), port = 0): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    await once(server.listen(port, '127.0.0.1'), 'listening');
    const proxy = new TcpProxy(server);
    server.on('connection', (client) => proxy.carry(client, connect(typeof target === 'function' ? target() : target)));
    return proxy;
  }

  /** To a database whose user needs no password. @returns its address through the proxy as well */
  static async toDatabase(databaseUrl: string): Promise<{ proxy: TcpProxy; url: string }> {
    const { hostname: host, port, pathname, username, searchParams } = new URL(databaseUrl);
    const path = searchParams.get('socketPath');
    const proxy = await TcpProxy.to(path ? { path } : { host, port: Number(port || 3306) });
    return { proxy, url: `mysql://${username}@127.0.0.1:${proxy.port}${pathname}` };
  }

  /**
   * From now on the connections that are there carry nothing and stay open, as behind a firewall that has forgotten
   * them. New ones work.
   */
  fallSilent(): void {
    for (const pair of this.pairs) {
      if (!pair.silent) this.silenced++;
      pair.silent = true;
    }
  }

  /** Ends all connections now, on both sides. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.destroy();
      server.destroy();
    }
  }

  /** What is asked arrives; of the answer nothing comes back but the end of the connection. */
  loseReplies(loses: boolean): void {
    this.losesReplies = loses;
  }

  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.cut();
    await closed;
  }

  private carry(client: Socket, server: Socket): void {
    const pair: Pair = { client, server, silent: false };
    this.pairs.add(pair);
    const end = () => {
      this.pairs.delete(pair);
      // What has been carried already still arrives.
      client.destroySoon();
      server.destroySoon();
    };
    client.on('data', (bytes) => {
      if (!pair.silent) server.write(bytes);
    });
    server.on('data', (bytes) => {
      if (pair.silent) return;
      if (this.losesReplies) {
        this.repliesLost++;
        end();
      } else client.write(bytes);
    });
    for (const socket of [client, server]) {
      socket.on('error', () => undefined);
      // One that is silent does not tell that the other side has gone either; it lets go of its own side.
      socket.on('close', () => {
        if (!pair.silent || socket === client) end();
      });
    }
  }
}
