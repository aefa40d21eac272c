import mysql, { type RowDataPacket } from 'mysql2/promise';

/** What a node says of itself. */
export interface GaleraStatus {
  /** Nodes that it reaches, itself included. */
  nodes: number;
  /** `Primary`: it belongs to the majority. */
  cluster: string;
  /** `Synced`: it has everything that the others have. */
  state: string;
  isReady: boolean;
  /** Write sets of its own that the others have got. */
  written: number;
  /** Of its own transactions: those that lost against another node's, and were told to try again. */
  conflicts: number;
}

const answerWithinMilliseconds = 1_000;

/** Asks over the Unix socket, which no cut of the network touches. */
export async function askDatabase<T>(socketPath: string, sql: string): Promise<T[]> {
  const connection = await mysql.createConnection({
    socketPath,
    user: 'root',
    connectTimeout: answerWithinMilliseconds,
  });
  try {
    const [rows] = await connection.query<RowDataPacket[]>({ sql, timeout: answerWithinMilliseconds });
    return rows as T[];
  } finally {
    connection.destroy();
  }
}

export async function statusOf(socketPath: string): Promise<GaleraStatus> {
  const rows = await askDatabase<{ Variable_name: string; Value: string }>(
    socketPath,
    "SHOW GLOBAL STATUS LIKE 'wsrep_%'",
  );
  const said = new Map(rows.map(({ Variable_name: name, Value: value }) => [name, value]));
  return {
    nodes: Number(said.get('wsrep_cluster_size')),
    cluster: said.get('wsrep_cluster_status') ?? '',
    state: said.get('wsrep_local_state_comment') ?? '',
    written: Number(said.get('wsrep_replicated')),
    conflicts: Number(said.get('wsrep_local_cert_failures')) + Number(said.get('wsrep_local_bf_aborts')),
    isReady: said.get('wsrep_ready') === 'ON',
  };
}

/** It takes reads and writes. */
export const isWhole = ({ cluster, state, isReady }: GaleraStatus): boolean =>
  isReady && cluster === 'Primary' && state === 'Synced';
