import { jest } from '@jest/globals';
import type { Experiment } from '../fault.ts';
import { Host } from './host.ts';
import type { Network } from './network.ts';
import { hostNames, type BalancerName, type DatabaseName, type HostName, type RedisName, type Site } from './parts.ts';

/** What can be seen of the hosts. Striking changes nothing of it by itself: each consequence is made here, one by one. */
interface World {
  plugged: Set<HostName>;
  running: Set<HostName>;
  databases: Record<DatabaseName, { nodes: number; cluster: string; written: number; conflicts: number }>;
  named: RedisName;
  offset: number;
  holders: Set<BalancerName>;
}

function whole(): World {
  const database = () => ({ nodes: 3, cluster: 'Primary', written: 7, conflicts: 1 });
  return {
    plugged: new Set(hostNames),
    running: new Set(hostNames),
    databases: { 'database-1': database(), 'database-2': database(), 'database-3': database() },
    named: 'redis-1',
    offset: 1_000,
    holders: new Set(['balancer-1']),
  };
}

let world: World;

jest.unstable_mockModule('./galera-status.ts', () => ({
  statusOf: (name: DatabaseName) => Promise.resolve({ ...world.databases[name] }),
}));
jest.unstable_mockModule('./redis-server.ts', () => ({
  replicationOf: (name: RedisName) => Promise.resolve({ isMaster: name === 'redis-1', offset: world.offset }),
  masterBySentinel: () => Promise.resolve(world.named),
}));
jest.unstable_mockModule('./database-proxy.ts', () => ({ useDatabase: () => Promise.resolve() }));

const { withoutMajority } = await import('./controls.ts');
const { databaseCut, masterIsolated, split, writerCut } = await import('./network-faults.ts');
const { twoWriters } = await import('./planned-work.ts');
const { apiOff, balancerOff, masterOff, workerOff, writerOff } = await import('./power-faults.ts');

function aSite(): Site {
  const nothing = () => undefined;
  const network = {
    addressOf: (name: HostName) => name,
    holdsFloatingAddress: (name: BalancerName) => world.holders.has(name),
    isPlugged: (name: HostName) => world.plugged.has(name),
    processesOn: (name: HostName) => (world.running.has(name) ? [7] : []),
    ...{ unplug: nothing, plug: nothing, losePower: nothing, cutFrom: nothing, split: nothing },
  } as unknown as Network;
  const sockets: Site['sockets'] = {
    'database-1': 'database-1',
    'database-2': 'database-2',
    'database-3': 'database-3',
  };
  const hosts = Object.fromEntries(hostNames.map((name) => [name, new Host(network, name, [])]));
  return {
    network,
    hosts: hosts as Site['hosts'],
    sockets,
    folderOf: String,
    startOther: () => Promise.reject(new Error('there is no other version')),
  };
}

type Consequences = Record<string, (seen: World) => unknown>;

const unplugged = (...names: HostName[]): Consequences =>
  Object.fromEntries(names.map((name) => [`${name} is unplugged`, ({ plugged }) => plugged.delete(name)]));
const off = (name: HostName): Consequences => ({
  ...unplugged(name),
  [`no process of ${name} is left`]: ({ running }) => running.delete(name),
});
const nodesLeft: Consequences = { 'a cluster of two': ({ databases }) => (databases['database-3'].nodes = 2) };
const minority = (name: DatabaseName): Consequences => ({
  [`${name} has lost the majority`]: ({ databases }) => (databases[name].cluster = 'non-Primary'),
});
const newMaster: Consequences = { 'another master': (seen) => (seen.named = 'redis-3') };
const newHolder: Consequences = { 'the address at the other balancer': ({ holders }) => holders.add('balancer-2') };
const writes = (name: DatabaseName): Consequences => ({
  [`${name} has written`]: ({ databases }) => databases[name].written++,
});

const striking: [Experiment<Site>, Consequences][] = [
  [withoutMajority, { ...unplugged('database-1', 'database-2', 'redis-1', 'redis-2'), ...minority('database-3') }],
  [databaseCut, { ...unplugged('database-2'), ...nodesLeft }],
  [writerCut, { ...unplugged('database-1'), ...nodesLeft }],
  [writerOff, { ...off('database-1'), ...nodesLeft }],
  [twoWriters, { ...writes('database-1'), ...writes('database-2') }],
  [masterIsolated, { 'alone it took much': (seen) => (seen.offset += 1_001), ...newMaster }],
  [masterOff, { ...off('redis-1'), ...newMaster }],
  [
    balancerOff,
    { ...off('balancer-1'), 'the address at the other': (seen) => (seen.holders = new Set(['balancer-2'])) },
  ],
  [apiOff, off('api-1')],
  [workerOff, off('worker-1')],
  [split, { ...minority('database-1'), ...nodesLeft, ...newMaster, ...newHolder }],
];

test.each(striking.map(([experiment, consequences]) => [experiment.name, experiment, consequences] as const))(
  '%s: has struck when all of it is seen, and not when one thing is missing',
  async (_, experiment, consequences) => {
    for (const missing of [null, ...Object.keys(consequences)]) {
      world = whole();
      const broken = await experiment.strike(aSite());
      for (const [name, happens] of Object.entries(consequences)) if (name !== missing) happens(world);
      expect([missing, (await broken.proof()) !== null]).toEqual([missing, missing === null]);
    }
  },
);
