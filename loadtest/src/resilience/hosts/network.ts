import { spawnSync } from 'node:child_process';
import { Fault } from '../../terminal/fault.ts';

/** RFC 2544 sets 198.18.0.0/15 aside for tests of networks: no network of this machine has addresses there. */
const subnet = '198.18.77';
const prefixLength = 24;
/** Of every name that is made here; by it leftovers of an earlier run are recognised. */
const mark = 'exco-lan';
const switchSpace = `${mark}-switch`;
/** Two bridges that know nothing of each other: a host is plugged into one of them. */
const bridges = { main: 'main', minority: 'minority' } as const;
/** Of this process, at the main bridge. */
const ownNumber = 1;
const firstHostNumber = 11;

/** @throws Fault with what the program said */
function ip(...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Fault(`ip ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
}

const spaceOf = (host: string) => `${mark}-${host}`;
const inSpace = (space: string, ...args: string[]) => ip('-n', space, ...args);

function processesIn(space: string): number[] {
  return ip('netns', 'pids', space).split('\n').filter(Boolean).map(Number);
}

function endAllIn(space: string): void {
  for (const pid of processesIn(space))
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
}

/** Everything that this run, or an earlier one that was killed, has made. */
function removeAll(): number {
  const spaces = ip('netns', 'list')
    .split('\n')
    .flatMap((line) => line.split(' ')[0] ?? [])
    .filter((space) => space.startsWith(`${mark}-`));
  for (const space of spaces) {
    endAllIn(space);
    ip('netns', 'delete', space);
  }
  // It goes with the other end, once the last process of that namespace has ended; here it is to be gone now.
  spawnSync('ip', ['link', 'delete', mark]);
  return spaces.length;
}

/**
 * Hosts that are network namespaces, joined by bridges in a namespace of their own. The machine's own namespace gets one
 * interface, `exco-lan`, and nothing else of it changes.
 */
export class Network {
  private readonly names: readonly string[];

  private constructor(names: readonly string[]) {
    this.names = names;
  }

  /** @param say is told of leftovers @throws Fault where the system does not allow it */
  static create(names: readonly string[], cleanUp: AsyncDisposableStack, say: (line: string) => void): Network {
    const left = removeAll();
    if (left > 0) say(`Removed ${left} network namespaces that an earlier run had left behind`);
    cleanUp.defer(() => void removeAll());
    const network = new Network(names);
    ip('netns', 'add', switchSpace);
    for (const bridge of Object.values(bridges)) {
      inSpace(switchSpace, 'link', 'add', bridge, 'type', 'bridge');
      inSpace(switchSpace, 'link', 'set', bridge, 'up');
    }
    network.addOwnInterface();
    for (const name of names) network.addHost(name);
    return network;
  }

  addressOf(name: string): string {
    const index = this.names.indexOf(name);
    if (index < 0) throw new Error(`there is no host ${name}`);
    return `${subnet}.${firstHostNumber + index}`;
  }

  /** Which host holds it changes. */
  readonly floatingAddress = `${subnet}.10`;

  /** Comes before a command that is to run on this host. */
  commandOn(name: string): string[] {
    return ['nsenter', `--net=/run/netns/${spaceOf(name)}`, '--'];
  }

  /** As when its cable is pulled: nobody is told. */
  unplug(name: string): void {
    inSpace(switchSpace, 'link', 'set', name, 'down');
  }

  plug(name: string): void {
    inSpace(switchSpace, 'link', 'set', name, 'up');
  }

  isPlugged(name: string): boolean {
    return /state UP/.test(inSpace(switchSpace, 'link', 'show', name));
  }

  /** These hosts reach each other, and nobody else. */
  split(minority: readonly string[]): void {
    for (const name of minority) inSpace(switchSpace, 'link', 'set', name, 'master', bridges.minority);
  }

  join(minority: readonly string[]): void {
    for (const name of minority) inSpace(switchSpace, 'link', 'set', name, 'master', bridges.main);
  }

  /** What this host sends to those is lost, so no connection between them lives; everybody else reaches it. */
  cutFrom(name: string, others: readonly string[]): void {
    for (const other of others) inSpace(spaceOf(name), 'route', 'add', 'blackhole', `${this.addressOf(other)}/32`);
  }

  uncutFrom(name: string, others: readonly string[]): void {
    for (const other of others) inSpace(spaceOf(name), 'route', 'delete', 'blackhole', `${this.addressOf(other)}/32`);
  }

  holdsFloatingAddress(name: string): boolean {
    return inSpace(spaceOf(name), '-4', 'address', 'show', 'dev', 'eth0').includes(` ${this.floatingAddress}/`);
  }

  /** What a loss of power takes: every process, and addresses that programs had added. */
  losePower(name: string): void {
    endAllIn(spaceOf(name));
    inSpace(spaceOf(name), 'address', 'flush', 'dev', 'eth0');
    this.giveAddress(name);
  }

  processesOn(name: string): number[] {
    return processesIn(spaceOf(name));
  }

  private addOwnInterface(): void {
    ip('link', 'add', mark, 'type', 'veth', 'peer', 'name', 'own', 'netns', switchSpace);
    this.attach('own');
    ip('address', 'add', `${subnet}.${ownNumber}/${prefixLength}`, 'dev', mark);
    ip('link', 'set', mark, 'up');
  }

  private addHost(name: string): void {
    const space = spaceOf(name);
    ip('netns', 'add', space);
    inSpace(space, 'link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', name, 'netns', switchSpace);
    this.attach(name);
    inSpace(space, 'link', 'set', 'lo', 'up');
    inSpace(space, 'link', 'set', 'eth0', 'up');
    this.giveAddress(name);
  }

  private attach(port: string): void {
    inSpace(switchSpace, 'link', 'set', port, 'master', bridges.main);
    inSpace(switchSpace, 'link', 'set', port, 'up');
  }

  private giveAddress(name: string): void {
    inSpace(spaceOf(name), 'address', 'add', `${this.addressOf(name)}/${prefixLength}`, 'dev', 'eth0');
  }
}
