import type { Host, Program } from './host.ts';
import type { Network } from './network.ts';

export const balancers = ['balancer-1', 'balancer-2'] as const;
export const apis = ['api-1', 'api-2'] as const;
export const workers = ['worker-1', 'worker-2'] as const;
/** The first one that is whole takes the writes. */
export const databases = ['database-1', 'database-2', 'database-3'] as const;
export const redises = ['redis-1', 'redis-2', 'redis-3'] as const;
export const hostNames = [...balancers, ...apis, ...workers, ...databases, ...redises] as const;

export type HostName = (typeof hostNames)[number];
export type DatabaseName = (typeof databases)[number];
export type BalancerName = (typeof balancers)[number];
export type ProcessHost = (typeof apis)[number] | (typeof workers)[number];
export type RedisName = (typeof redises)[number];

export const apiPort = 3000;
/** Of a process that is to tell its figures. */
export const metricsPort = 9464;

/** Everything of the site that can be broken. */
export interface Site {
  network: Network;
  hosts: Record<HostName, Host>;
  /** Where each host's programs keep their files. */
  folderOf: (name: HostName) => string;
  /** The Unix socket of each database, which no cut of the network touches. */
  sockets: Record<DatabaseName, string>;
  /** Starts the API or the worker of another checkout there, with the settings of all; it tells its figures and logs requests. */
  startOther: (name: ProcessHost, checkout: string) => Promise<Program>;
}
