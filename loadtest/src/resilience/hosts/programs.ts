import { connect } from 'node:net';
import { once } from 'node:events';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inheritedEnv, OwnProcess } from '@exco/local-stack';

const readyPoll = 50;

interface Wanted {
  name: string;
  /** Where it runs: comes before the command. */
  commandOnHost: readonly string[];
  command: readonly string[];
  /** Its log goes there. */
  folder: string;
  env?: NodeJS.ProcessEnv;
  /** A Node process that sends a message once it serves. */
  talks?: boolean;
  /** Resolves once it serves; without it, it serves at once. */
  untilReady?: (child: ChildProcess, died: AbortSignal) => Promise<void>;
}

/** A program on a host of the network. */
export function programOnHost({ name, commandOnHost, command, folder, env, talks, untilReady }: Wanted): OwnProcess {
  const [first = '', ...args] = [...commandOnHost, ...command];
  return new OwnProcess({
    name,
    command: first,
    args,
    env: { ...inheritedEnv(), ...env },
    logFile: join(folder, `${name.replaceAll(' ', '-')}.log`),
    untilReady: untilReady ?? (() => Promise.resolve()),
    readySeconds: 60,
    stopSeconds: 10,
    advice: '',
    ...(talks ? { talks } : {}),
  });
}

/** Resolves once a server listens there. */
export async function untilListens(host: string, port: number, died: AbortSignal): Promise<void> {
  while (!died.aborted) {
    const socket = connect({ host, port });
    try {
      await once(socket, 'connect');
      return;
    } catch {
      await sleep(readyPoll);
    } finally {
      socket.destroy();
    }
  }
}

/** Resolves once the child has said something. */
export async function untilSpeaks(child: ChildProcess, died: AbortSignal): Promise<void> {
  await once(child, 'message', { signal: died });
}
