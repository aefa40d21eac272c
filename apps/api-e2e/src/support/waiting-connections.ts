import { setTimeout as sleep } from 'node:timers/promises';
import { RawConnection } from './raw-connection.ts';

export interface SlowClient {
  name: string;
  says: string;
  /** Then a byte each second, as long as anybody listens. */
  drips?: boolean;
  readsNothing?: boolean;
}

export interface Ended {
  /** Of the connections that were opened. */
  ended: number;
  /** The longest that one of them was held. */
  seconds: number;
  /** The different first lines of the answers. */
  answers: string[];
}

/** Opens so many of these, and waits until the server has ended them all. */
export async function heldBy(
  url: string,
  { says, drips, readsNothing }: SlowClient,
  count: number,
  mostSeconds: number,
): Promise<Ended> {
  const from = performance.now();
  const connections = await openMany(url, count);
  for (const connection of connections) {
    if (readsNothing) connection.socket.pause();
    if (says) connection.say(says);
  }
  let seconds = 0;
  while (seconds < mostSeconds && connections.some(isHeld)) {
    await sleep(1_000);
    if (drips) for (const connection of connections.filter(isHeld)) connection.say('x');
    seconds = (performance.now() - from) / 1_000;
  }
  if (readsNothing) {
    // Whoever reads nothing does not hear of the end either: megabytes in the kernel's buffers come before it.
    for (const { socket } of connections) socket.resume();
    for (let waited = 0; waited < 20 && connections.some(isHeld); waited++) await sleep(1_000);
  }
  // Whoever was answered in full was not ended, but let go of when there was nothing more to say.
  const inFull = ({ text }: RawConnection) =>
    readsNothing && occurrences(text, 'HTTP/1.1 ') >= occurrences(says, 'HTTP/1.1');
  const ended = connections.filter((connection) => !isHeld(connection) && !inFull(connection)).length;
  for (const { socket } of connections) socket.destroy();
  const answers = new Set(connections.map(({ text }) => text.split('\r\n', 1)[0] ?? ''));
  return { ended, seconds, answers: [...answers].filter(Boolean) };
}

/** A few at a time, or the queue of connections that nobody has accepted yet runs over. */
export async function openMany(url: string, count: number): Promise<RawConnection[]> {
  const connections: RawConnection[] = [];
  while (connections.length < count) {
    const some = Math.min(250, count - connections.length);
    connections.push(...(await Promise.all(Array.from({ length: some }, () => RawConnection.open(url)))));
  }
  return connections;
}

const isHeld = ({ closed }: RawConnection): boolean => !closed;

const occurrences = (text: string, part: string): number => text.split(part).length - 1;
