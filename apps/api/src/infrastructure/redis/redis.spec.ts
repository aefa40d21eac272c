import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { eventually, ReplicatedRedis, TcpProxy } from '@exco/testing';
import { createRedis } from './redis.ts';

test('a failover that is announced while the master is looked for anew: the client goes on with the new one', async () => {
  Logger.overrideLogger(false);
  const redis = await ReplicatedRedis.bySentinel();
  const silent = createServer((socket) => socket.on('error', () => undefined));
  await once(silent.listen(0, '127.0.0.1'), 'listening');
  const sentinelPort = Number(/:(\d+)\//.exec(redis.url)?.[1]);
  let port = sentinelPort;
  const proxy = await TcpProxy.to(() => ({ host: '127.0.0.1', port }));
  // The same Sentinel twice: the one that is asked first falls silent, the other announces the failover.
  const client = createRedis(redis.url.replace(`:${sentinelPort}`, `:${proxy.port},127.0.0.1:${sentinelPort}`), {});
  const heard: string[] = [];
  for (const event of ['reconnecting', 'end', 'ready']) client.on(event, () => heard.push(event));
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
    // As ioredis has it: once it no longer gives up, this test shows nothing, and goOnAfterFailover can go.
    expect(heard).toContain('end');
  } finally {
    client.disconnect();
    await proxy.close();
    silent.close();
    await redis.close();
  }
});
