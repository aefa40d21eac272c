import { rmSync } from 'node:fs';
import { startLocalStack, startSystem, type LocalStack, type System } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { trustedCertificate } from './certificate.ts';
import { startProxy, type Proxy } from './proxy.ts';

export interface Site {
  certificate: string;
  servers: LocalStack;
  system: System;
  proxy: Proxy;
  database: DataSource;
  /** Ends everything, and removes the folder. */
  stop(): Promise<void>;
}

/** Two API processes behind HAProxy, with a database and a Redis of their own. */
export async function siteBehindHaproxy(
  folder: string,
  roster: Parameters<typeof writeRoster>[1],
  { workerProcesses = 1 } = {},
): Promise<Site> {
  const certificate = trustedCertificate(folder);
  const servers = await startLocalStack({ database: { bufferPoolMegabytes: 128 }, redis: { maxMemoryMegabytes: 128 } });
  await migrate(servers.databaseUrl);
  const database = await openDatabase(servers.databaseUrl, 2);
  await writeRoster(database, roster);
  // As long as HAProxy needs to notice: two checks, two seconds apart.
  const env = { TRUST_PROXY: '1', SHUTDOWN_WAIT_SECONDS: '5' };
  const system = await startSystem({ ...servers, apiProcesses: 2, workerProcesses, logDirectory: folder, env });
  const [first = '', second = ''] = system.urls.map((url) => new URL(url).host);
  const proxy = await startProxy('haproxy', { folder, certificate, apis: [first, second] });
  const stop = async () => {
    await proxy.stop();
    await database.destroy();
    await system.stop();
    await servers.stop();
    rmSync(folder, { recursive: true });
  };
  return { certificate, servers, system, proxy, database, stop };
}
