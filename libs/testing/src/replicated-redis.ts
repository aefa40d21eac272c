import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram, freePort, inheritedEnv, OwnProcess } from '@exco/local-stack';
import { eventually } from './eventually.ts';

const masterName = 'live';
/** Sentinels call a master dead after so long. */
const downAfterMilliseconds = 1_000;
const keeps = ['save ""', 'appendonly yes', 'appendfsync always', 'maxmemory-policy noeviction'];

interface Server {
  port: number;
  process: OwnProcess;
}

async function ask<T>(port: number, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

async function startServer(
  folder: string,
  name: string,
  port: number,
  lines: readonly string[],
  args: readonly string[] = [],
): Promise<Server> {
  const home = join(folder, name);
  mkdirSync(home);
  const file = join(home, 'redis.conf');
  writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', `dir ${home}`, ...lines, ''].join('\n'));
  const process = new OwnProcess({
    name: `Redis, the ${name}`,
    command: findProgram('redis') ?? 'redis-server',
    args: [file, ...args],
    env: inheritedEnv(),
    logFile: join(home, 'server.log'),
    untilReady: async () => {
      await eventually(() => ask(port, (redis) => redis.ping()));
    },
    readySeconds: 30,
    stopSeconds: 10,
    advice: '',
  });
  await process.start();
  return { port, process };
}

/** A master with a replica that takes its place when it dies: found by a Sentinel, or as a Cluster of the two. */
export class ReplicatedRedis {
  readonly url: string;
  readonly master: Server;
  readonly replica: Server;
  private readonly folder: string;
  private readonly sentinel: Server | null;

  private constructor(folder: string, url: string, [master, replica, sentinel]: [Server, Server, Server?]) {
    this.folder = folder;
    this.url = url;
    this.master = master;
    this.replica = replica;
    this.sentinel = sentinel ?? null;
  }

  /** One Sentinel, which decides alone. */
  static async bySentinel(): Promise<ReplicatedRedis> {
    const folder = mkdtempSync(join(tmpdir(), 'exco-sentinel-'));
    const [masterPort, replicaPort, sentinelPort] = [await freePort(), await freePort(), await freePort()];
    const master = await startServer(folder, 'master', masterPort, keeps);
    const replica = await startServer(folder, 'replica', replicaPort, [...keeps, `replicaof 127.0.0.1 ${masterPort}`]);
    const sentinel = await startServer(
      folder,
      'sentinel',
      sentinelPort,
      [
        `sentinel monitor ${masterName} 127.0.0.1 ${masterPort} 1`,
        `sentinel down-after-milliseconds ${masterName} ${downAfterMilliseconds}`,
        `sentinel failover-timeout ${masterName} 5000`,
      ],
      ['--sentinel'],
    );
    const url = `redis+sentinel://127.0.0.1:${sentinelPort}/${masterName}`;
    const all = new ReplicatedRedis(folder, url, [master, replica, sentinel]);
    await eventually(async () => {
      const replicas = await ask(sentinelPort, (redis) => redis.call('SENTINEL', 'REPLICAS', masterName));
      if ((replicas as unknown[]).length !== 1) throw new Error('the Sentinel knows no replica yet');
    });
    await all.untilReplicated();
    return all;
  }

  /** All slots are the master's. Nobody votes in a Cluster of one master: the replica is told to take over. */
  static async asCluster(): Promise<ReplicatedRedis> {
    const folder = mkdtempSync(join(tmpdir(), 'exco-cluster-'));
    const [masterPort, replicaPort] = [await freePort(), await freePort()];
    const lines = [...keeps, 'cluster-enabled yes', 'cluster-node-timeout 1000', 'cluster-replica-validity-factor 0'];
    const master = await startServer(folder, 'master', masterPort, lines);
    const replica = await startServer(folder, 'replica', replicaPort, lines);
    await ask(masterPort, (redis) => redis.call('CLUSTER', 'ADDSLOTSRANGE', '0', '16383'));
    const id = String(await ask(masterPort, (redis) => redis.call('CLUSTER', 'MYID')));
    await ask(replicaPort, (redis) => redis.call('CLUSTER', 'MEET', '127.0.0.1', String(masterPort)));
    await eventually(() => ask(replicaPort, (redis) => redis.call('CLUSTER', 'REPLICATE', id)));
    const url = `redis-cluster://127.0.0.1:${masterPort},127.0.0.1:${replicaPort}`;
    const all = new ReplicatedRedis(folder, url, [master, replica]);
    await all.untilReplicated();
    await eventually(async () => {
      const nodes = String(await ask(masterPort, (redis) => redis.call('CLUSTER', 'NODES')));
      const info = String(await ask(masterPort, (redis) => redis.call('CLUSTER', 'INFO')));
      if (!/slave/.test(nodes) || !/cluster_state:ok/.test(info))
        throw new Error('the Cluster has not come together yet');
    });
    return all;
  }

  /** From now on the replica is told nothing; clients still reach the master. */
  async cutReplication(): Promise<void> {
    await ask(this.master.port, async (redis) => {
      await redis.call('ACL', 'SETUSER', 'default', '-psync', '-sync');
      await redis.call('CLIENT', 'KILL', 'TYPE', 'replica');
    });
  }

  /** The master dies. */
  async failOver(): Promise<void> {
    await this.master.process.kill();
    if (!this.sentinel) await ask(this.replica.port, (redis) => redis.call('CLUSTER', 'FAILOVER', 'TAKEOVER'));
  }

  /** The Sentinel makes the replica the master, though the master is well, and announces it. */
  async orderFailover(): Promise<void> {
    if (!this.sentinel) throw new Error('a Cluster has no Sentinel');
    await ask(this.sentinel.port, (redis) => redis.call('SENTINEL', 'FAILOVER', masterName));
  }

  async askMaster<T>(act: (redis: Redis) => Promise<T>): Promise<T> {
    return ask(this.master.port, act);
  }

  async askReplica<T>(act: (redis: Redis) => Promise<T>): Promise<T> {
    return ask(this.replica.port, async (redis) => {
      // A replica of a Cluster sends readers to its master, unless they say that they want to read there.
      if (!this.sentinel) await redis.readonly();
      return act(redis);
    });
  }

  async close(): Promise<void> {
    for (const { process } of [this.sentinel, this.replica, this.master].filter((one) => one !== null)) {
      process.resume();
      await process.stop();
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async untilReplicated(): Promise<void> {
    await eventually(async () => {
      if (!(await this.askReplica((redis) => redis.info('replication'))).includes('master_link_status:up'))
        throw new Error('the replica has not caught up yet');
    });
  }
}
