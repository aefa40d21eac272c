import type { Generators } from './generators.ts';
import { Fault } from '../terminal/fault.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';
import { pause } from '../terminal/pause.ts';
import { many, seconds, type Say } from '../terminal/say.ts';

/** Milliseconds from the cut. */
export interface Reconnected {
  /** Milliseconds since 1970. */
  cutAt: number;
  cutSockets: number;
  /** Until the API serves again. */
  servesAfter: number;
  /** Until 99.9 % of the connections are back; null when they never were. */
  backAfter: number | null;
  /** How many were connected, four times a second. */
  curve: [after: number, connected: number][];
}

const longestMilliseconds = 120_000;
const share = 0.999;
const lookEveryMilliseconds = 250;

/** Cuts every connection at once, by killing the API, and watches them come back. */
export async function reconnectStorm(system: SystemUnderTest, generators: Generators, say: Say): Promise<Reconnected> {
  if (!system.restartApi)
    throw new Fault('only the processes of this machine can be killed: leave --reconnect-storm out with --url');
  const cutSockets = (await generators.progress()).connected;
  say.line(`Killing the API under ${many(cutSockets)} sockets`);
  const from = Date.now();
  const restarted = system.restartApi().then(() => Date.now() - from);
  const curve: [number, number][] = [];
  let backAfter: number | null = null;
  let wasCut = false;
  while (backAfter === null && Date.now() - from < longestMilliseconds) {
    await pause(lookEveryMilliseconds);
    const { connected } = await generators.progress();
    const after = Date.now() - from;
    curve.push([after, connected]);
    say.progress(`${many(connected)} of ${many(cutSockets)} sockets are back after ${seconds(after)}`);
    wasCut ||= connected < cutSockets / 2;
    if (wasCut && connected >= cutSockets * share) backAfter = after;
  }
  return { cutAt: from, cutSockets, servesAfter: await restarted, backAfter, curve };
}
