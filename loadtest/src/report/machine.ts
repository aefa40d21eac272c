import { readFileSync } from 'node:fs';
import os from 'node:os';

/** Where a run was made: absolute figures mean little without it. */
export interface Machine {
  cores: number;
  processor: string;
  memoryGigabytes: number;
  system: string;
  node: string;
  /** Processes waiting for a core before the run began: somebody else was at work when this is not near 0. */
  loadBefore: number;
}

function systemName(): string {
  try {
    const name = /^PRETTY_NAME="(.*)"$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    return `${name ?? os.type()}, kernel ${os.release()}`;
  } catch {
    return `${os.type()} ${os.release()}`;
  }
}

export function describeMachine(): Machine {
  const processors = os.cpus();
  return {
    cores: os.availableParallelism(),
    processor: processors[0]?.model.trim() ?? 'unknown',
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: systemName(),
    node: process.version,
    loadBefore: Math.round((os.loadavg()[0] ?? 0) * 100) / 100,
  };
}
