import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';

/** The registry of this process. Each module defines its own metrics and registers them here. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}

/**
 * The metrics of a process, made for being summed over those of a host.
 * @param role the same word on every process of one kind
 * @param expected how many of them this host was told to run
 */
export function metricsOfProcess(role: 'api' | 'worker', expected: number): Metrics {
  const metrics = new Metrics();
  const registers = [metrics.registry];
  const labelNames = ['role'] as const;
  new Gauge({ name: 'exco_processes', help: 'Processes that answered.', labelNames, registers }).set({ role }, 1);
  new Gauge({
    name: 'exco_processes_expected',
    help: 'Processes that this host was told to run.',
    labelNames,
    aggregator: 'first',
    registers,
  }).set({ role }, expected);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  new Gauge({
    name: 'exco_event_loop_delay_p99_seconds',
    help: 'How late the event loop of the slowest process ran, 99th percentile since the last look.',
    aggregator: 'max',
    registers,
    collect() {
      this.set(delay.count > 0 ? delay.percentile(99) / 1e9 : 0);
      delay.reset();
    },
  });
  new Gauge({
    name: 'exco_open_files_ratio',
    help: 'Open files of the process that has most, as a share of its limit.',
    aggregator: 'max',
    registers,
    collect() {
      this.set(openFilesRatio());
    },
  });
  return metrics;
}

/** The soft limit, where the system tells it. */
export function openFilesAllowed(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Infinity);
  } catch {
    return Infinity;
  }
}

function openFilesRatio(): number {
  try {
    return readdirSync('/proc/self/fd').length / openFilesAllowed();
  } catch {
    return 0;
  }
}
