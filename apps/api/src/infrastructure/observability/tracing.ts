import type { OnApplicationShutdown } from '@nestjs/common';
import type { Env } from '../config/env.ts';
import type { OpenTelemetry, Step } from './open-telemetry.ts';

/**
 * The one place through which code tells of its steps: docs/decisions/0035. Unless traces are wanted this stays
 * undefined, nothing of OpenTelemetry’s SDK is loaded, and every function below is one comparison.
 */
let telemetry: OpenTelemetry | undefined;

/** Traces are on from its making until the process has ended its work. */
export class Tracing implements OnApplicationShutdown {
  static async start(env: Env, service: string): Promise<Tracing> {
    if (env.OTEL_EXPORTER_OTLP_ENDPOINT !== undefined) {
      const loaded = await import('./open-telemetry.ts');
      telemetry = new loaded.OpenTelemetry(env, service);
    }
    return new Tracing();
  }

  async onApplicationShutdown(): Promise<void> {
    await telemetry?.end();
  }
}

/** Runs `work` as one step of the trace that is under way, or of the one that `step` comes from. */
export function traced<T>(step: Step, work: () => Promise<T>): Promise<T> {
  return telemetry ? telemetry.during(step, work) : work();
}

/** Runs `go` as a request. Gives what is to be called with its status at the end. */
export function tracedRequest(method: string, route: string, go: () => void): ((status: number) => void) | undefined {
  if (telemetry) return telemetry.request(method, route, go);
  go();
  return undefined;
}

/** Where another process can go on with the trace of what runs now. */
export const currentTrace = (): string | undefined => telemetry?.current();

/** What runs now was done as a step of that trace, as `currentTrace` gave it there. */
export function linkTrace(trace: string | undefined): void {
  if (telemetry && trace !== undefined) telemetry.link(trace);
}
