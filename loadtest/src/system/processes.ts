import { readFileSync } from 'node:fs';

/** Kernel clock ticks a second; 100 on every Linux that Node runs on. */
const ticksPerSecond = 100;

export interface Watched {
  /** As it stands in the report: “API”, “worker”, “database”, “Redis”, “generator”. */
  name: string;
  pid: number;
}

export interface Usage {
  /** Since the process began, user and system. */
  cpuSeconds: number;
  residentMegabytes: number;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Null when there is no such process. */
export function usageOf(pid: number): Usage | null {
  const fields = read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  const kilobytes = Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? NaN);
  if (fields.length < 13 || Number.isNaN(kilobytes)) return null;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    residentMegabytes: kilobytes / 1024,
  };
}

/** This process and everything below it. */
export function family(pid: number): number[] {
  const children = read(`/proc/${pid}/task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(family)];
}

/** CPU seconds that all programs of this machine have used since it was switched on; null where that cannot be seen. */
export function machineCpuSeconds(): number | null {
  const fields = /^cpu +(.*)$/m.exec(read('/proc/stat'))?.[1]?.split(' ').map(Number);
  if (!fields) return null;
  // proc(5): user, nice, system, idle, iowait, irq, softirq, steal; idle and iowait are no work.
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = fields;
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

/** One look at all processes, by their names in the report. */
export function look(watched: readonly Watched[]): Map<string, { pid: number; usage: Usage }[]> {
  const found = new Map<string, { pid: number; usage: Usage }[]>();
  for (const { name, pid } of watched)
    for (const one of family(pid)) {
      const usage = usageOf(one);
      if (usage) found.set(name, [...(found.get(name) ?? []), { pid: one, usage }]);
    }
  return found;
}
