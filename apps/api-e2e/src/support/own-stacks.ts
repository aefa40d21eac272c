import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { startLocalStack, startRedis, startSystem, type LocalStack, type System } from '@exco/local-stack';
import type { AdminEvent, LiveEventState } from '@exco/contracts';
import { migrate, openDatabase, type LiveEvent } from '@exco/persistence';
import { eventually, TcpProxy } from '@exco/testing';
import { otherLogsFile, readSharedAddresses, type SharedAddresses } from './env.ts';
import { settings } from './settings.ts';
import { TestStack } from './test-stack.ts';

interface OwnStackOptions {
  apis?: number;
  observed?: boolean;
  env?: Record<string, string>;
}

interface OwnParts {
  addresses: SharedAddresses;
  system: System;
  database: DataSource;
  env: Record<string, string>;
}

async function startOwn(
  servers: { databaseUrl: string; testsDatabaseUrl: string; redisUrl: string },
  { apis = 1, observed = false, env = {} }: OwnStackOptions,
): Promise<OwnParts> {
  const { databaseUrl, testsDatabaseUrl, redisUrl } = servers;
  const logDirectory = mkdtempSync(join(tmpdir(), 'exco-e2e-'));
  const all = { ...settings, ...env };
  await migrate(testsDatabaseUrl);
  const system = await startSystem({ databaseUrl, redisUrl, apiProcesses: apis, observed, logDirectory, env: all });
  const addresses = { databaseUrl, testsDatabaseUrl, redisUrl, urls: system.urls, logDirectory };
  return { addresses, system, database: await openDatabase(testsDatabaseUrl, 4), env: all };
}

/**
 * An empty database, a Redis and processes of its own, on the database server of all: for a file that needs the whole
 * roster or the whole list of events, or stops a process.
 */
export class IsolatedStack extends TestStack {
  readonly system: System;
  private readonly logDirectory: string;

  protected constructor(
    { addresses, system, database, env }: OwnParts,
    private readonly stopServers: (database: DataSource) => Promise<void>,
  ) {
    super(addresses, database, env);
    this.system = system;
    this.logDirectory = addresses.logDirectory;
  }

  static async start(options: OwnStackOptions = {}): Promise<IsolatedStack> {
    const name = `e2e_${randomBytes(6).toString('hex')}`;
    const shared = readSharedAddresses();
    const named = (url: string) => Object.assign(new URL(url), { pathname: `/${name}` }).href;
    const [databaseUrl, testsDatabaseUrl] = [named(shared.databaseUrl), named(shared.testsDatabaseUrl)];
    const folder = mkdtempSync(join(tmpdir(), 'exco-e2e-redis-'));
    const redis = await startRedis(folder);
    const parts = await startOwn({ databaseUrl, testsDatabaseUrl, redisUrl: redis.url }, options);
    return new IsolatedStack(parts, async (database) => {
      await database.query(`DROP DATABASE ${name}`);
      await database.destroy();
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  override async close(): Promise<void> {
    await this.system.stop();
    await this.stopServers(this.database);
    appendFileSync(otherLogsFile(), this.logs());
    rmSync(this.logDirectory, { recursive: true });
  }
}

/** What stands between the processes of a stack and its servers. */
export interface Lines {
  database: TcpProxy;
  redis: TcpProxy;
}

/** Servers of its own as well: for a file that stops, kills or pauses them, or breaks the lines to them. */
export class BreakableStack extends IsolatedStack {
  private constructor(
    parts: OwnParts,
    readonly servers: LocalStack,
    readonly lines: Lines,
  ) {
    super(parts, async (database) => {
      await database.destroy();
      await Promise.all([lines.database.close(), lines.redis.close()]);
      await servers.stop();
    });
  }

  static override async start(options: OwnStackOptions = {}): Promise<BreakableStack> {
    const servers = await startLocalStack({ database: { bufferPoolMegabytes: 128 } });
    const { databaseUrl: testsDatabaseUrl, redisUrl } = servers;
    const { proxy: database, url: databaseUrl } = await TcpProxy.toDatabase(testsDatabaseUrl);
    const redis = await TcpProxy.to({ path: redisUrl.slice('unix://'.length) });
    const through = { databaseUrl, redisUrl: `redis://127.0.0.1:${redis.port}` };
    return new BreakableStack(await startOwn({ ...through, testsDatabaseUrl }, options), servers, { database, redis });
  }

  /** As a host does it who is told BUSY: servers that were just brought back may be late once more. */
  override event(state?: LiveEventState, given?: Partial<LiveEvent>): Promise<AdminEvent> {
    return eventually(() => super.event(state, given));
  }

  override async close(): Promise<void> {
    // A paused one would neither answer nor stop.
    for (const server of [this.servers.database, this.servers.redis]) server.resume();
    await super.close();
  }
}
