import { execFile, execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { databaseSettings, findProgram, inheritedEnv, OwnProcess } from '@exco/local-stack';
import { Fault } from '../../terminal/fault.ts';
import type { Place } from './ground.ts';
import type { Program } from './host.ts';
import { isWhole, statusOf } from './galera-status.ts';

const run = promisify(execFile);
const libraries = [
  '/usr/lib/galera/libgalera_smm.so',
  '/usr/lib64/galera/libgalera_smm.so',
  '/usr/lib64/galera-4/libgalera_smm.so',
];
const readyPoll = 100;
/**
 * How soon the others go on without a node that says nothing: by default after five seconds, in which nobody commits. For
 * hosts of one site; a node that is left out by mistake gets what it missed, and is back.
 */
const agreement = 'evs.keepalive_period=PT0.5S;evs.inactive_check_period=PT0.5S;evs.suspect_timeout=PT2S';

const userNobody = () => Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }));

/** @throws Fault */
function galeraLibrary(): string {
  const found = libraries.find((file) => existsSync(file));
  if (!found)
    throw new Fault(
      `Galera is missing on this system: none of ${libraries.join(', ')} is there. Debian’s mariadb-server brings it (galera-4).`,
    );
  return found;
}

export interface GaleraOptions extends Place {
  name: string;
  /** Of all nodes. */
  addresses: readonly string[];
}

/** One MariaDB server of a Galera cluster. */
export class GaleraNode implements Program {
  readonly name: string;
  readonly socketPath: string;
  private readonly options: GaleraOptions;
  private readonly files: string;
  private current: OwnProcess | null = null;
  private isFirstOfCluster = false;

  constructor(options: GaleraOptions) {
    this.options = options;
    this.name = options.name;
    this.files = join(options.folder, 'files');
    this.socketPath = join(options.folder, 'galera.sock');
  }

  get pid(): number | null {
    return this.current?.pid ?? null;
  }

  /** At its next start it does not look for the others: it is the cluster. */
  begins(): void {
    this.isFirstOfCluster = true;
  }

  async start(): Promise<void> {
    // The copy from another node is received by rsync, which is nobody where root starts it. Root writes everywhere.
    mkdirSync(this.files, { recursive: true, mode: 0o700 });
    chownSync(this.files, userNobody(), -1);
    const recovered = this.isFirstOfCluster ? [] : await this.recoveredPosition();
    const [command = '', ...args] = [...this.options.commandOnHost, ...this.command(), ...recovered];
    this.current = new OwnProcess({
      name: this.name,
      command,
      args: [...args, ...(this.isFirstOfCluster ? ['--wsrep-new-cluster'] : [])],
      env: inheritedEnv(),
      logFile: this.logFile,
      untilReady: (_, died) => this.untilWhole(died),
      readySeconds: 120,
      stopSeconds: 60,
      advice: '',
    });
    this.isFirstOfCluster = false;
    await this.current.start();
  }

  async stop(): Promise<void> {
    await this.current?.stop();
  }

  async kill(): Promise<void> {
    await this.current?.kill();
  }

  private get logFile(): string {
    return join(this.options.folder, 'server.log');
  }

  private command(): string[] {
    const { name, address, addresses, folder } = this.options;
    return [
      findProgram('database') ?? 'mariadbd',
      '--no-defaults',
      '--user=root',
      `--datadir=${this.files}`,
      `--socket=${this.socketPath}`,
      `--tmpdir=${folder}`,
      `--pid-file=${join(folder, 'server.pid')}`,
      '--bind-address=0.0.0.0',
      ...databaseSettings,
      '--innodb-buffer-pool-size=128M',
      '--max-connections=200',
      // What Galera needs.
      '--binlog-format=ROW',
      '--innodb-autoinc-lock-mode=2',
      '--wsrep-on=ON',
      `--wsrep-provider=${galeraLibrary()}`,
      '--wsrep-cluster-name=exco',
      `--wsrep-cluster-address=gcomm://${addresses.join(',')}`,
      `--wsrep-node-name=${name}`,
      `--wsrep-node-address=${address}`,
      '--wsrep-sst-method=rsync',
      `--wsrep-provider-options=gcache.size=64M;${agreement}`,
    ];
  }

  /** After a loss of power its files say where it was, as `galera_recovery` reads it; the others then send only what it lacks. */
  private async recoveredPosition(): Promise<string[]> {
    if (!existsSync(join(this.files, 'ibdata1'))) return [];
    const [command = '', ...args] = this.command();
    const { stdout, stderr } = await run(command, [...args, '--wsrep-recover', '--skip-networking'], {
      maxBuffer: 10_000_000,
    });
    const position = /WSREP: Recovered position:\s*(\S+)/.exec(`${stdout}${stderr}`)?.[1];
    return position === undefined ? [] : [`--wsrep-start-position=${position}`];
  }

  private async untilWhole(died: AbortSignal): Promise<void> {
    while (!died.aborted) {
      const status = await statusOf(this.socketPath).catch(() => null);
      if (status && isWhole(status)) return;
      await sleep(readyPoll);
    }
  }
}
