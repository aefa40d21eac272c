import {
  Injectable,
  Logger,
  SetMetadata,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';

const periodKey = 'exco:period';
/** A task that goes on failing is logged at its first failure and then at most this often. */
const logEveryMilliseconds = 60_000;
/** How long a shutdown waits for a run that has begun. */
const stopWithinMilliseconds = 2_000;

type Work = () => unknown;

/**
 * Runs a method of a provider at this interval, from the start of the application to its shutdown. The first run comes
 * one interval after the start. A run that takes longer than the interval delays the next one.
 */
export function Periodic(milliseconds: number): MethodDecorator {
  return SetMetadata(periodKey, milliseconds);
}

/** One piece of work that is repeated. Runs never overlap; a failure is logged and the next run comes all the same. */
export class PeriodicTask {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | null = null;
  private stopped = true;
  private failures = 0;
  private loggedAt = -Infinity;

  constructor(
    private readonly name: string,
    private readonly milliseconds: number,
    private readonly work: Work,
    private readonly logger = new Logger('Periodic'),
  ) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.schedule(this.milliseconds);
  }

  /** Resolves when the run that has begun is over, or after two seconds. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    if (!this.running) return;
    let giveUp: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (giveUp = setTimeout(resolve, stopWithinMilliseconds)));
    await Promise.race([this.running, late]);
    clearTimeout(giveUp);
  }

  private schedule(wait: number): void {
    this.timer = setTimeout(() => {
      const begunAt = performance.now();
      this.running = this.run().finally(() => {
        this.running = null;
        if (!this.stopped) this.schedule(Math.max(0, begunAt + this.milliseconds - performance.now()));
      });
    }, wait);
  }

  private async run(): Promise<void> {
    try {
      await this.work();
      this.failures = 0;
      this.loggedAt = -Infinity;
    } catch (error) {
      this.failures++;
      if (performance.now() < this.loggedAt + logEveryMilliseconds) return;
      this.loggedAt = performance.now();
      const cause = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.logger.warn(`${this.name} failed, ${this.failures} in a row: ${cause}`);
    }
  }
}

/** The decorated methods of this object as tasks, not started yet. */
export function periodicTasksOf(instance: object, scanner = new MetadataScanner()): PeriodicTask[] {
  const methods = instance as Record<string, Work>;
  return scanner.getAllMethodNames(Object.getPrototypeOf(instance) as object).flatMap((name) => {
    const method = methods[name];
    if (!method) return [];
    const period = Reflect.getMetadata(periodKey, method) as number | undefined;
    if (period === undefined) return [];
    return [new PeriodicTask(`${instance.constructor.name}.${name}`, period, () => method.call(instance))];
  });
}

/** Finds every decorated method of every provider, starts it with the application and stops it with it. */
@Injectable()
export class PeriodicTasks implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private tasks: PeriodicTask[] = [];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
  ) {}

  onApplicationBootstrap(): void {
    const instances = this.discovery
      .getProviders()
      .map((wrapper) => wrapper.instance as unknown)
      .filter((instance): instance is object => typeof instance === 'object' && instance !== null);
    this.tasks = [...new Set(instances)].flatMap((instance) => periodicTasksOf(instance, this.scanner));
    for (const task of this.tasks) task.start();
  }

  /** Before connections are closed, so that no run finds them gone. Whoever has work left does it in a hook of its own. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.tasks.map((task) => task.stop()));
  }
}
