import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findProgram } from '@exco/local-stack';
import type { Place } from './ground.ts';
import type { Program } from './host.ts';
import { programOnHost, untilListens } from './programs.ts';

export const masterName = 'live';
export const redisPort = 6379;
export const sentinelPort = 26_379;
/** Two of three Sentinels agree that a master is gone once it has said nothing for so long. */
const downAfterMilliseconds = 2_000;
const quorum = 2;

const lines = (settings: readonly string[]) => `${settings.join('\n')}\n`;

/**
 * A Redis and a Sentinel. Their configuration is written once: they keep in it who is master.
 * @param first the address of the first master
 */
export function redisPrograms(name: string, { address, commandOnHost, folder }: Place, first: string): Program[] {
  const server = findProgram('redis') ?? 'redis-server';
  const files = join(folder, 'files');
  mkdirSync(files, { recursive: true, mode: 0o700 });
  const redisFile = join(folder, 'redis.conf');
  writeFileSync(
    redisFile,
    lines([
      `port ${redisPort}`,
      'bind 0.0.0.0',
      'protected-mode no',
      `dir ${files}`,
      'save ""',
      'appendonly yes',
      'appendfsync always',
      'maxmemory 512mb',
      'maxmemory-policy noeviction',
      'repl-diskless-sync-delay 0',
      ...(address === first ? [] : [`replicaof ${first} ${redisPort}`]),
    ]),
  );
  const sentinelFile = join(folder, 'sentinel.conf');
  writeFileSync(
    sentinelFile,
    lines([
      `port ${sentinelPort}`,
      'bind 0.0.0.0',
      'protected-mode no',
      `dir ${folder}`,
      `sentinel announce-ip ${address}`,
      `sentinel monitor ${masterName} ${first} ${redisPort} ${quorum}`,
      `sentinel down-after-milliseconds ${masterName} ${downAfterMilliseconds}`,
      `sentinel failover-timeout ${masterName} 5000`,
    ]),
  );
  const program = (what: string, command: readonly string[], port: number) =>
    programOnHost({
      name: `${what} of ${name}`,
      commandOnHost,
      command: [server, ...command],
      folder,
      untilReady: (_, died) => untilListens(address, port, died),
    });
  return [program('Redis', [redisFile], redisPort), program('Sentinel', [sentinelFile, '--sentinel'], sentinelPort)];
}

/** One question to a Redis or a Sentinel, without a second try. */
export async function askRedis<T>(host: string, port: number, act: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, host, {
    connectTimeout: 1_000,
    commandTimeout: 2_000,
    disconnectTimeout: 50,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  redis.on('error', () => undefined);
  try {
    return await act(redis);
  } finally {
    redis.disconnect();
  }
}

export interface Replication {
  isMaster: boolean;
  /** Of a master: replicas that are connected to it. */
  replicas: number;
  /** Of a replica: it is connected to its master. */
  isLinked: boolean;
  /** Bytes that were written as master, or read from one. */
  offset: number;
}

export async function replicationOf(host: string): Promise<Replication> {
  const info = await askRedis(host, redisPort, (redis) => redis.info('replication'));
  const said = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];
  return {
    isMaster: said('role') === 'master',
    replicas: (info.match(/state=online/g) ?? []).length,
    isLinked: said('master_link_status') === 'up',
    offset: Number(said('master_repl_offset')),
  };
}

/** The address of the master, by this Sentinel. */
export async function masterBySentinel(host: string): Promise<string> {
  const answer = await askRedis(host, sentinelPort, (redis) =>
    redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', masterName),
  );
  return String((answer as string[])[0]);
}
