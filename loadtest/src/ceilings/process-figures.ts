import { readFileSync } from 'node:fs';

/** USER_HZ, which Linux has fixed at 100 for programs on every architecture Node runs on. */
const ticksPerSecond = 100;

/** Seconds of CPU that this process has used so far, all its threads, in the kernel as well. */
export function cpuSeconds(pid: number): number {
  // proc_pid_stat(5): fields 14 and 15. The name in field 2 may hold spaces, so count from its end.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Bytes of memory in use: its own pages, without files that are merely mapped. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? NaN) * 1024;
}
