import { randomBytes } from 'node:crypto';
import { startSystem } from '@exco/local-stack';
import { databaseProxy } from './database-proxy.ts';
import type { Ground } from './ground.ts';
import { apiPort, apis, redises, workers, type HostName } from './parts.ts';
import { masterName, sentinelPort } from './redis-server.ts';

/** As docs/operations.md has it with HAProxy: as long as its checks need. */
const shutdownWaitSeconds = '5';
const secret = () => randomBytes(32).toString('base64url');

/** @param databases address by name, the writer first. Gives the admin token. */
export async function startProcesses(ground: Ground, databases: Readonly<Record<string, string>>): Promise<string> {
  const { network } = ground;
  const sentinels = redises.map((name) => `${network.addressOf(name)}:${sentinelPort}`).join(',');
  const adminToken = secret();
  const settings = {
    databaseUrl: 'mysql://exco@127.0.0.1:3306/exco',
    redisUrl: `redis+sentinel://${sentinels}/${masterName}`,
    env: {
      SESSION_SECRET: secret(),
      ADMIN_TOKEN: adminToken,
      TRUST_PROXY: '1',
      SHUTDOWN_WAIT_SECONDS: shutdownWaitSeconds,
    },
  };
  const start = async (name: HostName, processes: { apiProcesses: number; workerProcesses: number }) => {
    const place = ground.at(name);
    const proxy = databaseProxy(`database proxy of ${name}`, { ...place, listen: '127.0.0.1:3306' }, databases);
    await proxy.start();
    const { commandOnHost: through, folder: logDirectory } = place;
    const system = await startSystem({ ...settings, ...processes, through, logDirectory, port: apiPort });
    await ground.begin(name, [proxy, ...system.apis, ...system.workers]);
  };
  await Promise.all([
    ...apis.map((name) => start(name, { apiProcesses: 1, workerProcesses: 0 })),
    ...workers.map((name) => start(name, { apiProcesses: 0, workerProcesses: 1 })),
  ]);
  return adminToken;
}
