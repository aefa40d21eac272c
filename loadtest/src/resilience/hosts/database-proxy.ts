import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { OwnProcess } from '@exco/local-stack';
import type { Place } from './ground.ts';
import { programOnHost } from './programs.ts';

/** Of the check that runs on each database host. */
export const checkPort = 9200;

/**
 * HAProxy beside an API or a worker, which reaches the databases through it: all that do agree on one writer, the first of
 * the list that is whole. Connections to a host that is gone are closed, so that nobody waits for it.
 */
const configuration = (listen: string, control: string, databases: Readonly<Record<string, string>>) => `
global
    maxconn 500
    stats socket ${control} level admin

defaults
    mode tcp
    timeout connect 1s
    timeout check 1s
    # The pool of a process keeps its connections.
    timeout client 24h
    timeout server 24h

listen database
    bind ${listen}
    option httpchk GET /
    default-server port ${checkPort} inter 1s fall 2 rise 2 on-marked-down shutdown-sessions on-marked-up shutdown-backup-sessions
${Object.entries(databases)
  .map(([name, address], index) => `    server ${name} ${address}:3306 check${index === 0 ? '' : ' backup'}`)
  .join('\n')}
`;

const controlOf = (folder: string) => join(folder, 'database-proxy.sock');

/** From now on the proxy that has its files in this folder gives the writes to the next database, or to the first one again. */
export async function useDatabase(folder: string, name: string, use: boolean): Promise<void> {
  const control = connect(controlOf(folder));
  control.end(`set server database/${name} state ${use ? 'ready' : 'maint'}\n`);
  control.resume();
  await once(control, 'close');
}

/** @param listen address:port */
export function databaseProxy(
  name: string,
  { commandOnHost, folder, listen }: Omit<Place, 'address'> & { listen: string },
  databases: Readonly<Record<string, string>>,
): OwnProcess {
  const file = join(folder, 'database-proxy.cfg');
  writeFileSync(file, configuration(listen, controlOf(folder), databases));
  return programOnHost({ name, commandOnHost, command: ['haproxy', '-db', '-f', file], folder });
}
