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

interface Limit {
  milliseconds: number;
  readonly streams: Set<Socket>;
}

const limits = new WeakMap<ConnectionPool, Limit>();

/**
 * Closes a connection that was asked something and has not been heard for so long: a firewall that forgot it, or a host
 * without power, closes nothing, and mysql2 would wait for ever. Whoever asked gets ETIMEDOUT, the pool opens another.
 * The idle ones go with it: what made one silent has most likely silenced them too.
 */
export function endSilentConnections(pool: ConnectionPool, milliseconds: number): void {
  const limit: Limit = { milliseconds, streams: new Set() };
  limits.set(pool, limit);
  const idle = new Set<PooledConnection>();
  const watch = (connection: PooledConnection) => {
    const { stream } = connection;
    limit.streams.add(stream);
    stream.once('close', () => {
      limit.streams.delete(stream);
      idle.delete(connection);
    });
    // Not as the argument of setTimeout, which hears only the first: a connection that was idle once would not be watched.
    stream.setTimeout(limit.milliseconds).on('timeout', () => {
      if (idle.has(connection)) return;
      const read = stream.bytesRead;
      setTimeout(() => {
        if (idle.has(connection) || stream.bytesRead !== read) return;
        const silent = Object.assign(new Error(`the database has said nothing for ${limit.milliseconds} ms`), {
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
    if (!limit.streams.has(connection.stream)) watch(connection);
  });
}

/** From now on the connections of this pool may be silent for at most so long, also those that were asked something before. */
export function shortenSilence(pool: ConnectionPool, milliseconds: number): void {
  const limit = limits.get(pool);
  if (!limit || limit.milliseconds <= milliseconds) return;
  limit.milliseconds = milliseconds;
  for (const stream of limit.streams) stream.setTimeout(milliseconds);
}
