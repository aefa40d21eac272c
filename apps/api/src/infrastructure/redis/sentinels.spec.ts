import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { aRedis, eventually, ReplicatedRedis, TcpProxy } from '@exco/testing';
import { createRedis } from './redis.ts';

const bulk = (text: string) => `$${text.length}\r\n${text}\r\n`;
const channel = '+switch-master';

/** Says who is master, when it is let; and that there is another one, to whoever listens for it. */
class FakeSentinel {
  readonly listeners = new Set<Socket>();
  holds = false;
  readonly held: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readonly masterPort: number;

  private constructor(server: Server, masterPort: number) {
    this.server = server;
    this.masterPort = masterPort;
    server.on('connection', (socket) => {
      this.sockets.add(socket);
      socket.on('data', (bytes) => {
        for (const command of bytes
          .toString()
          .split(/^\*\d+\r\n/m)
          .slice(1))
          this.answer(socket, command);
      });
      socket.on('error', () => undefined);
      socket.on('close', () => [this.sockets, this.listeners].forEach((all) => all.delete(socket)));
    });
  }

  static async of(masterPort: number): Promise<FakeSentinel> {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return new FakeSentinel(server, masterPort);
  }

  get url(): string {
    return `redis+sentinel://127.0.0.1:${(this.server.address() as AddressInfo).port}/live`;
  }

  tellOfFailover(): void {
    for (const socket of this.listeners) socket.write(`*3\r\n${bulk('message')}${bulk(channel)}${bulk('live')}`);
  }

  letGo(): void {
    this.holds = false;
    for (const answer of this.held.splice(0)) answer();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private answer(socket: Socket, command: string): void {
    if (command.includes('get-master-addr')) {
      const say = () => socket.write(`*2\r\n${bulk('127.0.0.1')}${bulk(String(this.masterPort))}`);
      if (this.holds) this.held.push(say);
      else say();
    } else if (/subscribe/i.test(command)) {
      this.listeners.add(socket);
      socket.write(`*3\r\n${bulk('subscribe')}${bulk(channel)}:1\r\n`);
    } else socket.write(/sentinels/i.test(command) ? '*0\r\n' : '+OK\r\n');
  }
}

test('a failover that is told while the Sentinels are asked does not end the client for good', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const server = await aRedis();
  const line = await TcpProxy.to({ path: server.url.slice('unix://'.length) });
  const sentinel = await FakeSentinel.of(line.port);
  const client = createRedis(sentinel.url, {});
  try {
    expect(await client.ping()).toBe('PONG');
    await eventually(() => expect(sentinel.listeners.size).toBe(1));
    sentinel.holds = true;
    line.cut();
    await eventually(() => expect(sentinel.held).toHaveLength(1));
    sentinel.tellOfFailover();
    // Whoever hears it listens no longer.
    await eventually(() => expect(sentinel.listeners.size).toBe(0));
    sentinel.letGo();
    await eventually(async () => expect(await client.ping()).toBe('PONG'));
  } finally {
    client.disconnect();
    sentinel.close();
    await line.close();
    await server.close();
  }
});

test('a Sentinel that took the question and never answers, while the other makes a replica the master: on with the new one', async () => {
  jest.spyOn(Logger.prototype, 'warn').mockReturnValue();
  const redis = await ReplicatedRedis.bySentinel();
  const silent = createServer((socket) => socket.on('error', () => undefined));
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const sentinelPort = Number(/:(\d+)\//.exec(redis.url)?.[1]);
  let port = sentinelPort;
  const proxy = await TcpProxy.to(() => ({ host: '127.0.0.1', port }));
  // The same Sentinel twice: the one that is asked first falls silent, the other announces the failover.
  const client = createRedis(redis.url.replace(`:${sentinelPort}`, `:${proxy.port},127.0.0.1:${sentinelPort}`), {});
  const heard: string[] = [];
  for (const event of ['reconnecting', 'ready']) client.on(event, () => heard.push(event));
  try {
    await client.set('before', 1);
    ({ port } = silent.address() as AddressInfo);
    proxy.fallSilent();
    await redis.askMaster((master) => master.call('CLIENT', 'KILL', 'TYPE', 'normal'));
    await eventually(() => expect(heard.at(-1)).toBe('reconnecting'));
    await redis.orderFailover();
    await eventually(async () => expect(await redis.askReplica((one) => one.role())).toContain('master'));
    await eventually(() => expect(heard.at(-1)).toBe('ready'));
    expect(await client.role()).toContain('master');
  } finally {
    client.disconnect();
    await proxy.close();
    silent.close();
    await redis.close();
  }
});
