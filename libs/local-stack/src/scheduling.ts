import { spawnSync } from 'node:child_process';

/**
 * From here on this process and what it starts run under Linux' SCHED_BATCH: a process that wakes up does not interrupt
 * one that is running (`chrt` is part of util-linux). A whole system on one machine is half a dozen processes, with a load
 * test a dozen, for two cores; changing between them at every packet cost a fifth of the CPU. Without `chrt` it goes on as
 * it is.
 */
export function useBatchScheduling(): void {
  spawnSync('chrt', ['--batch', '--all-tasks', '--pid', '0', String(process.pid)]);
}
