import type { Network } from './network.ts';

/** A program of a host: an OwnProcess, or what starts and ends like one. */
export interface Program {
  readonly name: string;
  readonly pid: number | null;
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
}

/** One machine, and the programs that run on it, in the order in which they start. */
export class Host {
  readonly name: string;
  readonly address: string;
  readonly programs: readonly Program[];
  private readonly network: Network;

  constructor(network: Network, name: string, programs: readonly Program[]) {
    this.network = network;
    this.name = name;
    this.address = network.addressOf(name);
    this.programs = programs;
  }

  async start(): Promise<void> {
    for (const program of this.programs) await program.start();
  }

  /** Its programs go on, and reach nobody. */
  unplug(): void {
    this.network.unplug(this.name);
  }

  plug(): void {
    this.network.plug(this.name);
  }

  /** Unplugged first: no connection is closed, as when the power fails. */
  async powerOff(): Promise<void> {
    this.network.unplug(this.name);
    await Promise.all(this.programs.map((program) => program.kill()));
    this.network.losePower(this.name);
  }

  async powerOn(): Promise<void> {
    this.network.plug(this.name);
    await this.start();
  }

  /** What shows that it is off; null when it is not. */
  offProof(): string | null {
    const isOff = this.network.processesOn(this.name).length === 0 && !this.network.isPlugged(this.name);
    return isOff ? `${this.name}: unplugged, and no process left` : null;
  }

  unpluggedProof(): string | null {
    return this.network.isPlugged(this.name) ? null : `${this.name} was unplugged`;
  }
}
