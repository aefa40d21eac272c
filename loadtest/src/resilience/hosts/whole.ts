import { pause } from '../../terminal/pause.ts';
import { Fault } from '../../terminal/fault.ts';
import { isWhole, statusOf } from './galera-status.ts';
import { masterBySentinel, replicationOf } from './redis-server.ts';
import { seenByBalancers } from './planned-work.ts';
import { apiPort, apis, balancers, databases, redises, type HostName, type Site } from './parts.ts';

const wholeWithinSeconds = 90;
const lookEveryMilliseconds = 500;

async function missingDatabase({ sockets }: Site): Promise<string | null> {
  for (const name of databases) {
    const status = await statusOf(sockets[name]);
    if (!isWhole(status) || status.nodes !== databases.length)
      return `${name} is ${status.state} in a ${status.cluster} cluster of ${status.nodes}`;
  }
  return null;
}

async function missingRedis({ network }: Site): Promise<string | null> {
  const addresses = redises.map((name) => network.addressOf(name));
  const all = await Promise.all(addresses.map(replicationOf));
  const masters = addresses.filter((_, index) => all[index]?.isMaster);
  const [master] = masters;
  if (masters.length !== 1) return `${masters.length} Redis are master`;
  const replicas = all.find(({ isMaster }) => isMaster)?.replicas;
  if (replicas !== redises.length - 1) return `the master of the Redis has ${String(replicas)} replicas`;
  if (all.some(({ isMaster, isLinked }) => !isMaster && !isLinked)) return 'a replica is not connected to its master';
  const named = await Promise.all(addresses.map(masterBySentinel));
  return named.every((address) => address === master) ? null : `the Sentinels name ${named.join(', ')}`;
}

async function isReady(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(1_000) }).catch(() => null);
  return answer?.ok ?? false;
}

async function missingApi({ hosts }: Site): Promise<string | null> {
  for (const name of apis)
    if (!(await isReady(`http://${hosts[name].address}:${apiPort}`))) return `${name} is not ready`;
  return null;
}

async function missingBalancer({ network }: Site): Promise<string | null> {
  const holders = balancers.filter((name) => network.holdsFloatingAddress(name));
  if (holders.length !== 1) return `${holders.length} balancers hold the floating address`;
  return (await isReady(`http://${network.floatingAddress}`)) ? null : 'nobody answers at the floating address';
}

function missingProgram({ hosts }: Site): string | null {
  for (const name of Object.keys(hosts) as HostName[])
    for (const program of hosts[name].programs) if (program.pid === null) return `${program.name} does not run`;
  return null;
}

/** The first part that is not as it was at the start; null when all is. */
async function missingOf(site: Site): Promise<string | null> {
  try {
    return (
      missingProgram(site) ??
      (await missingDatabase(site)) ??
      (await missingRedis(site)) ??
      (await missingApi(site)) ??
      (await missingBalancer(site))
    );
  } catch (error) {
    return String(error);
  }
}

/** @throws Fault with what is still missing */
export async function untilWhole(site: Site): Promise<void> {
  const until = Date.now() + wholeWithinSeconds * 1_000;
  for (;;) {
    const missing = await missingOf(site);
    if (missing === null) break;
    if (Date.now() > until) throw new Fault(`not whole after ${wholeWithinSeconds} s: ${missing}`);
    await pause(lookEveryMilliseconds);
  }
  await pause(seenByBalancers);
}
