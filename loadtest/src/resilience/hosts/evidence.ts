import { statusOf } from './galera-status.ts';
import {
  balancers,
  redises,
  type BalancerName,
  type DatabaseName,
  type HostName,
  type RedisName,
  type Site,
} from './parts.ts';
import { masterBySentinel, replicationOf } from './redis-server.ts';

/** Proof of a fault in words; null where there is none. */
export type Proof = string | null;

export async function masterOf({ network }: Site): Promise<RedisName> {
  for (const name of redises) if ((await replicationOf(network.addressOf(name))).isMaster) return name;
  throw new Error('no Redis is master');
}

export const otherRedises = (name: RedisName) => redises.filter((other) => other !== name);

/** The master that another one’s Sentinel names; null as long as that is this one. */
async function successorOf({ network }: Site, master: RedisName): Promise<RedisName | null> {
  const [witness = master] = otherRedises(master);
  const address = await masterBySentinel(network.addressOf(witness));
  const named = redises.find((name) => network.addressOf(name) === address);
  return named === undefined || named === master ? null : named;
}

/** @param except does not count */
export const holderOf = ({ network }: Site, except: readonly HostName[] = []): BalancerName | undefined =>
  balancers.find((name) => !except.includes(name) && network.holdsFloatingAddress(name));

/** What a database that was not struck says of the cluster. */
export async function databasesLeft({ sockets }: Site, witness: DatabaseName, count: number): Promise<Proof> {
  const { nodes, cluster } = await statusOf(sockets[witness]);
  return nodes === count ? `${witness}: a ${cluster} cluster of ${nodes}` : null;
}

/** Each has to be shown. */
export async function together(...proofs: (Proof | Promise<Proof>)[]): Promise<Proof> {
  const all = await Promise.all(proofs.map((proof) => Promise.resolve(proof)));
  return all.includes(null) ? null : all.filter((proof) => proof !== '').join('; ');
}

export async function succeeded(site: Site, master: RedisName): Promise<Proof> {
  const successor = await successorOf(site, master);
  return successor === null ? null : `${successor} became master`;
}
