import { randomBytes } from 'node:crypto';
import { startSystem, type SystemOptions } from '@exco/local-stack';
import { databaseProxy } from './database-proxy.ts';
import type { Ground } from './ground.ts';
import { apiPort, apis, metricsPort, redises, workers, type ProcessHost, type Site } from './parts.ts';
import { masterName, sentinelPort } from './redis-server.ts';

/** As docs/operations.md has it with HAProxy: as long as its checks need. */
const shutdownWaitSeconds = '5';
const isApi = (name: ProcessHost): boolean => apis.some((api) => api === name);
const secret = () => randomBytes(32).toString('base64url');

export interface Processes {
  adminToken: string;
  startOther: Site['startOther'];
}

const one = { apis: { apiProcesses: 1, workerProcesses: 0 }, workers: { apiProcesses: 0, workerProcesses: 1 } };

/** @param databases address by name, the writer first */
export async function startProcesses(ground: Ground, databases: Readonly<Record<string, string>>): Promise<Processes> {
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
      // A worker then has a line for each batch of an API that logs its requests.
      LOG_LEVEL: 'info',
      LOG_FORMAT: 'json',
    },
  };
  const startOn = async (name: ProcessHost, more: Partial<SystemOptions> = {}) => {
    const { commandOnHost: through, folder: logDirectory } = ground.at(name);
    const processes = isApi(name) ? one.apis : one.workers;
    const env = { ...settings.env, ...more.env };
    const system = await startSystem({ ...settings, ...processes, through, logDirectory, port: apiPort, ...more, env });
    return [...system.apis, ...system.workers];
  };
  await Promise.all(
    [...apis, ...workers].map(async (name) => {
      const place = ground.at(name);
      const proxy = databaseProxy(`database proxy of ${name}`, { ...place, listen: '127.0.0.1:3306' }, databases);
      await proxy.start();
      await ground.begin(name, [proxy, ...(await startOn(name))]);
    }),
  );
  return {
    adminToken,
    startOther: async (name, checkout) => {
      const env = { METRICS_HOST: '0.0.0.0', METRICS_PORT: String(metricsPort), LOG_REQUESTS: 'on' };
      const [program] = await startOn(name, { checkout, env });
      if (!program) throw new Error(`nothing was started on ${name}`);
      return program;
    },
  };
}
