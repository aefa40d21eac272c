import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Claim, freePort } from '@exco/local-stack';
import { openDatabase } from '@exco/persistence';
import { Admin } from '../../system/admin.ts';
import { AttendanceBySql } from '../../system/attendance-by-sql.ts';
import { peopleIn } from '../../system/local-system.ts';
import { UsageFault } from '../../terminal/fault.ts';
import type { Breakable } from '../breakable.ts';
import { balancerPrograms, mostStudents } from './balancer.ts';
import { databaseProxy } from './database-proxy.ts';
import { startDatabases } from './databases.ts';
import { Ground } from './ground.ts';
import type { Host } from './host.ts';
import { Network } from './network.ts';
import { apiPort, apis, balancers, databases, hostNames, redises, workers, type HostName, type Site } from './parts.ts';
import { startProcesses } from './processes.ts';
import { redisPrograms } from './redis-server.ts';
import { untilWhole } from './whole.ts';

const claimed = '/run/exco-hosts';

/** Whoever holds the claim is the only one, so another folder with such a name is of a run that was killed. */
const homes = join(tmpdir(), 'exco-hosts-');
const leftBehind = () =>
  readdirSync(tmpdir())
    .map((name) => join(tmpdir(), name))
    .filter((folder) => folder.startsWith(homes));

/** What programs still write while they are ended must not keep it from going. */
const remove = (folder: string) => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

async function startRedises(ground: Ground): Promise<void> {
  const first = ground.network.addressOf(redises[0]);
  await Promise.all(redises.map((name) => ground.begin(name, redisPrograms(name, ground.at(name), first))));
}

async function startBalancers(ground: Ground): Promise<void> {
  const { network } = ground;
  const [one, other] = balancers;
  const [firstApi, secondApi] = apis.map((name) => `${network.addressOf(name)}:${apiPort}`);
  const options = { floatingAddress: network.floatingAddress, apis: [firstApi ?? '', secondApi ?? ''] } as const;
  await ground.begin(one, balancerPrograms(one, ground.at(one), network.addressOf(other), options));
  await ground.begin(other, balancerPrograms(other, ground.at(other), network.addressOf(one), options));
}

const kindOf = ({ name }: Host) => name.replace(/-\d$/, '');

/** Two balancers, APIs and workers, three databases and Redis, each on a host of its own. */
export async function startSite(
  students: number,
  cleanUp: AsyncDisposableStack,
  say: (line: string) => void,
): Promise<Breakable<Site>> {
  if (students > mostStudents)
    throw new UsageFault(
      `--rate is too high: ${students} students would come in one experiment, and a balancer here has connections for ${mostStudents}`,
    );
  // Two runs at once would take each other's network away.
  const claim = await Claim.of(claimed);
  cleanUp.defer(() => claim.release());
  const home = mkdtempSync(homes);
  // For rsync between the databases, which works as nobody there.
  chmodSync(home, 0o711);
  cleanUp.defer(() => remove(home));
  // Its end is the end of every program on a host, also of an earlier run that was killed.
  const network = Network.create(hostNames, cleanUp, say);
  for (const left of leftBehind()) if (left !== home) remove(left);
  const ground = new Ground(network, home);
  const sockets = await startDatabases(ground, students);
  await startRedises(ground);
  const addresses = Object.fromEntries(databases.map((name) => [name, network.addressOf(name)]));
  const { adminToken, startOther } = await startProcesses(ground, addresses);
  await startBalancers(ground);

  // Whoever compares the rows asks the databases in the same way as the processes do.
  const listen = `127.0.0.1:${await freePort()}`;
  const proxy = databaseProxy('database proxy', { commandOnHost: [], folder: home, listen }, addresses);
  await proxy.start();
  cleanUp.defer(() => proxy.stop());

  const hosts = Object.fromEntries(hostNames.map((name) => [name, ground.host(name)])) as Record<HostName, Host>;
  const site: Site = { network, hosts, sockets, folderOf: (name) => ground.folderOf(name), startOther };
  await untilWhole(site);
  const source = await openDatabase(`mysql://exco@${listen}/exco`, 2);
  cleanUp.defer(() => source.destroy());
  const url = `http://${network.floatingAddress}`;
  return {
    url,
    admin: new Admin(url, adminToken),
    attendance: new AttendanceBySql(source),
    sharesMachine: true,
    ownData: true,
    apiProcesses: apis.length,
    workerProcesses: workers.length,
    people: await peopleIn(source),
    processes: () =>
      Object.values(hosts).flatMap((host) =>
        host.programs.flatMap(({ pid }) => (pid === null ? [] : { name: kindOf(host), pid })),
      ),
    work: () => Promise.resolve(null),
    statements: null,
    database: null,
    restartApi: null,
    source,
    parts: site,
    untilWhole: () => untilWhole(site),
  };
}
