import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Host, type Program } from './host.ts';
import type { Network } from './network.ts';
import type { HostName } from './parts.ts';

/** What programs of a host have to know of it. */
export interface Place {
  address: string;
  /** Comes before a command that is to run there. */
  commandOnHost: string[];
  /** Of its own, for files and logs. */
  folder: string;
}

/** Hosts without programs, until `begin` gives them some. */
export class Ground {
  readonly network: Network;
  readonly hosts = new Map<HostName, Host>();
  private readonly home: string;

  constructor(network: Network, home: string) {
    this.network = network;
    this.home = home;
  }

  at(name: HostName): Place {
    const folder = this.folderOf(name);
    mkdirSync(folder, { recursive: true });
    return { address: this.network.addressOf(name), commandOnHost: this.network.commandOn(name), folder };
  }

  folderOf(name: HostName): string {
    return join(this.home, name);
  }

  /** Resolves when all of them serve. @throws StackError */
  async begin(name: HostName, programs: readonly Program[]): Promise<void> {
    const host = new Host(this.network, name, programs);
    this.hosts.set(name, host);
    await host.start();
  }

  host(name: HostName): Host {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`${name} has not begun`);
    return host;
  }
}
