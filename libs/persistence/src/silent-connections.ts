import type { Socket } from 'node:net';

/** What mysql2 tells of a connection of its pool. */
export interface PooledConnection {
  readonly stream: Socket;
}

/** A pool of mysql2; `release` is told only of a connection that nobody waits for. */
export interface ConnectionPool {
  on(event: 'acquire' | 'release', listener: (connection: PooledConnection) => void): unknown;
}

/** After a pause of this process the answer may lie in the socket, unread: one turn of its loop is enough to hear it. */
const unreadMilliseconds = 50;

/**
 * Closes a connection that was asked something and has not been heard for so long: a firewall that forgot it, or a host
 * without power, closes nothing, and mysql2 would wait for ever. Whoever asked gets ETIMEDOUT, the pool opens another.
 * The idle ones go with it: what made one silent has most likely silenced them too.
 */
export function endSilentConnections(pool: ConnectionPool, milliseconds: number): void {
  const known = new WeakSet<PooledConnection>();
  const idle = new Set<PooledConnection>();
  const watch = (connection: PooledConnection) => {
    const { stream } = connection;
    known.add(connection);
    stream.once('close', () => idle.delete(connection));
    stream.setTimeout(milliseconds, () => {
      const read = stream.bytesRead;
      setTimeout(() => {
        if (idle.has(connection) || stream.bytesRead !== read) return;
        const silent = Object.assign(new Error(`the database has said nothing for ${milliseconds} ms`), {
          code: 'ETIMEDOUT',
        });
        for (const one of [connection, ...idle]) one.stream.destroy(silent);
      }, unreadMilliseconds).unref();
    });
  };
  pool.on('release', (connection) => idle.add(connection));
  // Not when it is opened: the first connection of a data source is there before anybody can listen.
  pool.on('acquire', (connection) => {
    idle.delete(connection);
    if (!known.has(connection)) watch(connection);
  });
}
