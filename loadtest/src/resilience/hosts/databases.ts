import { fileURLToPath } from 'node:url';
import { startDatabase } from '@exco/local-stack';
import { migrate, openDatabase, writeRoster } from '@exco/persistence';
import { demoRoster } from '@exco/testing';
import { checkPort } from './database-proxy.ts';
import { GaleraNode } from './galera-node.ts';
import type { Ground } from './ground.ts';
import { databases, type DatabaseName } from './parts.ts';
import { programOnHost, untilSpeaks } from './programs.ts';

const check = fileURLToPath(new URL('galera-check.ts', import.meta.url));

/** The tables, the roster, and the user whom the processes are; in the files of a server that is not a cluster yet. */
async function fill(folder: string, students: number): Promise<void> {
  const server = await startDatabase(folder);
  try {
    await migrate(server.url);
    const source = await openDatabase(server.url, 2);
    await writeRoster(source, demoRoster(students, 1));
    await source.query("CREATE USER 'exco'@'%'");
    await source.query("GRANT ALL ON exco.* TO 'exco'@'%'");
    await source.destroy();
  } finally {
    await server.close();
  }
}

/** Gives the Unix socket of each. */
export async function startDatabases(ground: Ground, students: number): Promise<Record<DatabaseName, string>> {
  const [first] = databases;
  const addresses = databases.map((name) => ground.at(name).address);
  await fill(ground.at(first).folder, students);
  const sockets: Partial<Record<DatabaseName, string>> = {};
  // One after the other: each copies what those before it have.
  for (const name of databases) {
    const place = ground.at(name);
    const node = new GaleraNode({ ...place, name, addresses });
    if (name === first) node.begins();
    const command = [process.execPath, '--disable-warning=ExperimentalWarning', check, node.socketPath];
    const checkOfNode = programOnHost({
      ...place,
      name: `check of ${name}`,
      command: [...command, String(checkPort)],
      talks: true,
      untilReady: untilSpeaks,
    });
    await ground.begin(name, [node, checkOfNode]);
    sockets[name] = node.socketPath;
  }
  return sockets as Record<DatabaseName, string>;
}
