import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { OwnProcess } from '@exco/local-stack';
import type { ImageConfig } from './image.ts';
import { untilConnects } from './until-connects.ts';

/**
 * As an engine runs it with `read_only: true` and `tmpfs: [/tmp]`: in a mount namespace that ends with the process, with the
 * environment of the image and that of the operator, and nothing of ours.
 */
const script = `
set -e
mount --bind "$ROOT" "$ROOT"
mount --rbind /dev "$ROOT/dev"
mount -t proc proc "$ROOT/proc"
mount -t tmpfs -o mode=1777 tmpfs "$ROOT/tmp"
mount -o remount,bind,ro "$ROOT"
exec chroot --userspec="$USER_AND_GROUP" "$ROOT" /usr/bin/env -i --chdir="$FOLDER" "$@"`;

export interface Container {
  root: string;
  config: ImageConfig;
  /** Instead of the image's own. */
  command?: string[];
  user?: string;
  env: Record<string, string>;
}

function start({ root, config, user = config.User, env }: Container, command: readonly string[]): [string, string[]] {
  const all = [...config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  const given = [`ROOT=${root}`, `USER_AND_GROUP=${user}`, `FOLDER=${config.WorkingDir}`];
  return [
    'env',
    [...given, 'unshare', '--mount', '--propagation', 'private', 'sh', '-c', script, 'sh', ...all, ...command],
  ];
}

/** Runs to its end. Gives its exit code and what it printed. */
export async function runToEnd(container: Container, command: readonly string[]): Promise<[number | null, string]> {
  const child = spawn(...start(container, command));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return [code, said];
}

/** A server in a container of its own, started until it has opened this port. */
export function serverIn(container: Container, port: number, logFile: string): OwnProcess {
  const { config, command = config.Cmd } = container;
  const [program, args] = start(container, [...config.Entrypoint, ...command]);
  return new OwnProcess({
    name: command.join(' '),
    command: program,
    args,
    logFile,
    untilReady: (_, died) => untilConnects(port, died),
    readySeconds: 30,
    stopSeconds: 20,
    advice: '',
  });
}
