import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { LiveSockets } from './attendance/realtime/live-sockets.ts';
import type { Env } from './infrastructure/config/env.ts';
import { Draining } from './infrastructure/http/draining.ts';
import type { Listeners } from './infrastructure/http/listen.ts';
import { closeOnSignal } from './infrastructure/scheduling/close-on-signal.ts';

/**
 * A process goes in this order, so that nobody loses a request: `ready` says 503 and answers end their connections,
 * a balancer notices, no more is accepted, live connections are sent elsewhere one after the other, what is under way
 * is answered and committed, and then everything is closed. A second signal ends the wait for the balancer.
 */
export function shutDownOnSignal(
  app: NestFastifyApplication,
  listeners: Listeners,
  { SHUTDOWN_WAIT_SECONDS }: Env,
): void {
  closeOnSignal(app, async (signal) => {
    app.get(Draining).begin();
    await sleep(SHUTDOWN_WAIT_SECONDS * 1_000, undefined, { signal }).catch(() => undefined);
    await Promise.all([listeners.stopAccepting(), app.get(LiveSockets).closeAll()]);
  });
}
