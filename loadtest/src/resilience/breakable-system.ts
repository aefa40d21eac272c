import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NetConnectOpts } from 'node:net';
import { Redis } from 'ioredis';
import { startLocalStack, startSystem, type OwnProcess, type System } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster } from '@exco/persistence';
import { demoRoster, TcpProxy } from '@exco/testing';
import { Admin } from '../system/admin.ts';
import { AttendanceBySql } from '../system/attendance-by-sql.ts';
import { peopleIn, watchedOf, type LocalSystem } from '../system/local-system.ts';
import type { Breakable } from './breakable.ts';
import { mountSmallDisks, type SmallDisk } from './small-disk.ts';

/** Students, and each process to each server. */
export interface Lines {
  students: TcpProxy;
  apiToDatabase: TcpProxy;
  apiToRedis: TcpProxy;
  workerToDatabase: TcpProxy;
  workerToRedis: TcpProxy;
}

/** Everything of the system that can be broken. */
export interface Parts {
  api: OwnProcess;
  worker: OwnProcess;
  redis: OwnProcess;
  database: OwnProcess;
  lines: Lines;
  /** As an administrator, past the lines. */
  source: LocalSystem['source'];
  askRedis: <T>(act: (redis: Redis) => Promise<T>) => Promise<T>;
  /** A request of the one API process to itself. */
  apiUrl: string;
  /** Further processes, known to the balancer. Whoever starts them stops them. */
  startBeside: (processes: { apis?: number; workers?: number; env?: NodeJS.ProcessEnv }) => Promise<System>;
  /** Where the servers keep their files, if on disks that can be filled. */
  disks: { database: SmallDisk; redis: SmallDisk } | null;
}

export type BreakableSystem = Breakable<Parts>;

/** Further API processes have to know the same ones. */
const secret = () => randomBytes(32).toString('base64url');
const secrets = { SESSION_SECRET: secret(), ADMIN_TOKEN: secret() };
const disk = { database: 400, redis: 40 };
const looksEveryMilliseconds = 200;

/** Leaves out a process that is down or says that it is not ready, as a balancer does; without any, the first is tried. */
class Balancer {
  private readonly ready = new Map<string, boolean>();
  private turn = 0;
  private readonly timer = setInterval(() => void this.look(), looksEveryMilliseconds);

  add(url: string): void {
    this.ready.set(url, true);
  }

  remove(url: string): void {
    this.ready.delete(url);
  }

  next(): NetConnectOpts {
    const all = [...this.ready.keys()];
    const ready = all.filter((url) => this.ready.get(url));
    const from = ready.length > 0 ? ready : all;
    return { host: '127.0.0.1', port: Number(new URL(from[this.turn++ % from.length] ?? '').port) };
  }

  close(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    await Promise.all(
      [...this.ready.keys()].map(async (url) => {
        const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
        if (this.ready.has(url)) this.ready.set(url, answer?.ok ?? false);
      }),
    );
  }
}

/** A system of its own whose parts and lines can be broken. @param smallDisks its servers' files lie on disks that can be filled */
export async function startBreakableSystem(
  { students, smallDisks }: { students: number; smallDisks: boolean },
  cleanUp: AsyncDisposableStack,
): Promise<BreakableSystem> {
  const home = mkdtempSync(join(tmpdir(), 'exco-resilience-'));
  cleanUp.defer(() => rmSync(home, { recursive: true, force: true }));
  const directory = join(home, 'servers');
  mkdirSync(directory);
  const disks = smallDisks ? mountSmallDisks(directory, disk, cleanUp) : null;
  // Beside their disks: of a full one the log is to tell.
  const logFile = (name: string) => join(home, `${name}.log`);
  const stack = await startLocalStack({
    directory,
    database: { bufferPoolMegabytes: 128, logFile: logFile('database') },
    redis: { logFile: logFile('redis') },
  });
  cleanUp.defer(() => stack.stop());
  await migrate(stack.databaseUrl);
  const source = await openDatabase(stack.databaseUrl, 2);
  cleanUp.defer(() => source.destroy());
  await writeRoster(source, demoRoster(students, 1));
  // As in production: root may write to a server that is read-only.
  await source.query("CREATE USER 'exco'@'localhost'");
  await source.query("GRANT ALL ON exco.* TO 'exco'@'localhost'");

  const socketOf = { database: new URL(stack.databaseUrl).searchParams.get('socketPath') ?? '' };
  const redisSocket = stack.redisUrl.slice('unix://'.length);
  const line = async (target: NetConnectOpts | (() => NetConnectOpts)) => {
    const proxy = await TcpProxy.to(target);
    cleanUp.defer(() => proxy.close());
    return proxy;
  };
  const balancer = new Balancer();
  cleanUp.defer(() => balancer.close());
  const lines: Lines = {
    students: await line(() => balancer.next()),
    apiToDatabase: await line({ path: socketOf.database }),
    apiToRedis: await line({ path: redisSocket }),
    workerToDatabase: await line({ path: socketOf.database }),
    workerToRedis: await line({ path: redisSocket }),
  };
  const through = (database: TcpProxy, redis: TcpProxy) => ({
    databaseUrl: `mysql://exco@127.0.0.1:${database.port}/exco`,
    redisUrl: `redis://127.0.0.1:${redis.port}`,
    logDirectory: home,
    observed: true,
  });
  const ofApi = through(lines.apiToDatabase, lines.apiToRedis);
  const ofWorker = through(lines.workerToDatabase, lines.workerToRedis);
  const startApis = async (count: number, env: NodeJS.ProcessEnv = {}) => {
    const one = await startSystem({
      ...ofApi,
      apiProcesses: count,
      workerProcesses: 0,
      env: { ...secrets, SHUTDOWN_WAIT_SECONDS: '1', ...env },
    });
    for (const url of one.urls) balancer.add(url);
    return one;
  };
  const startWorkers = (count: number, env: NodeJS.ProcessEnv = {}) =>
    startSystem({ ...ofWorker, apiProcesses: 0, workerProcesses: count, env: { ...secrets, ...env } });
  const apis = await startApis(1);
  cleanUp.defer(() => apis.stop());
  const workers = await startWorkers(1);
  cleanUp.defer(() => workers.stop());
  const [api, worker] = [apis.apis[0], workers.workers[0]];
  if (!api || !worker) throw new Error('the processes were not started');

  const beside: System[] = [];
  const startBeside: Parts['startBeside'] = async ({ apis: further = 0, workers: more = 0, env }) => {
    const system = await (further > 0 ? startApis(further, env) : startWorkers(more, env));
    beside.push(system);
    const stop = async () => {
      await system.stop();
      for (const url of system.urls) balancer.remove(url);
    };
    cleanUp.defer(stop);
    return { ...system, stop };
  };

  return {
    url: `http://127.0.0.1:${lines.students.port}`,
    admin: new Admin(apis.url, apis.adminToken),
    attendance: new AttendanceBySql(source),
    sharesMachine: true,
    ownData: true,
    apiProcesses: 1,
    workerProcesses: 1,
    people: await peopleIn(source),
    processes: () => [
      ...watchedOf('API', [...apis.apis, ...beside.flatMap((one) => one.apis)]),
      ...watchedOf('worker', [...workers.workers, ...beside.flatMap((one) => one.workers)]),
      ...watchedOf('database', [stack.database]),
      ...watchedOf('Redis', [stack.redis]),
    ],
    work: () => Promise.resolve(null),
    statements: null,
    database: stack.database,
    restartApi: null,
    source,
    parts: {
      api,
      worker,
      redis: stack.redis,
      database: stack.database,
      lines,
      source,
      apiUrl: apis.url,
      startBeside,
      disks,
      async askRedis(act) {
        const redis = new Redis({ path: redisSocket, disconnectTimeout: 50, maxRetriesPerRequest: 1 });
        redis.on('error', () => undefined);
        try {
          return await act(redis);
        } finally {
          redis.disconnect();
        }
      },
    },
  };
}
