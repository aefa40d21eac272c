import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Claim } from './claim.ts';
import { inheritedEnv } from './env.ts';
import { OwnProcess } from './own-process.ts';
import { findProgram } from './programs.ts';
import type { OwnServer } from './own-server.ts';
import { StackError } from './stack-error.ts';

export interface RedisOptions {
  maxMemoryMegabytes?: number;
  logFile?: string;
}

const readyPoll = 20;

function serverArguments(folder: string, socket: string, { maxMemoryMegabytes = 512 }: RedisOptions): string[] {
  const settings: Record<string, string> = {
    port: '0',
    unixsocket: socket,
    unixsocketperm: '700',
    dir: folder,
    daemonize: 'no',
    save: '',
    appendonly: 'yes',
    // A check-in that was answered 202 exists nowhere else.
    appendfsync: 'always',
    maxmemory: `${maxMemoryMegabytes}mb`,
    'maxmemory-policy': 'noeviction',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

/** One PING, without any retry; rejects while the server is away or still loads its file. */
export async function ping(address: string | { path: string }): Promise<void> {
  const options = {
    lazyConnect: true,
    connectTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    // Its default would hold a process that is otherwise done for two seconds.
    disconnectTimeout: 50,
  };
  const redis = typeof address === 'string' ? new Redis(address, options) : new Redis({ ...address, ...options });
  // The rejection only says that the connection is closed; why, comes as an event.
  let why: unknown;
  redis.on('error', (error) => (why = error));
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    throw why ?? error;
  } finally {
    redis.disconnect();
  }
}

async function untilAnswers(path: string, died: AbortSignal): Promise<void> {
  while (!died.aborted) {
    try {
      await ping({ path });
      return;
    } catch {
      await sleep(readyPoll);
    }
  }
}

/**
 * A private Redis or Valkey on a Unix socket, every write on disk in `folder` before it is answered.
 * @throws StackError
 */
export async function startRedis(folder: string, options: RedisOptions = {}): Promise<OwnServer> {
  const server = findProgram('redis');
  if (!server)
    throw new StackError(
      'Neither redis-server nor valkey-server is installed. Install redis-server, or set REDIS_URL.',
    );
  const claim = await Claim.of(folder);
  const socket = join(claim.sockets, 'redis.sock');
  const own = new OwnProcess({
    name: 'Redis',
    command: server,
    args: serverArguments(folder, socket, options),
    env: inheritedEnv(),
    logFile: options.logFile ?? join(folder, 'server.log'),
    untilReady: (_, died) => untilAnswers(socket, died),
    readySeconds: 60,
    stopSeconds: 20,
    advice: `If its files are damaged beyond repair, move ${folder} away and start again: accepted check-ins that the database had not got yet are gone then.`,
    onSpawn: (pid) => claim.remember(pid),
  });
  try {
    await own.start();
  } catch (error) {
    claim.release();
    throw error;
  }
  return {
    url: `unix://${socket}`,
    process: own,
    close: async () => {
      await own.stop();
      claim.release();
    },
  };
}
