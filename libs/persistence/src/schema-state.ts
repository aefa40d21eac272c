import mysql from 'mysql2/promise';
import type { MigrationInterface } from 'typeorm';
import { parseDatabaseUrl } from './database.ts';
import { migrations } from './migrations/index.ts';

/** How the database's schema relates to the migrations that this version knows. */
export type SchemaState =
  | { state: 'current' }
  | { state: 'older'; missing: string[] }
  /** A later version has added to it. This version goes on serving. */
  | { state: 'newer-compatible'; unknown: string[] }
  /** A later version has removed what this version reads or writes. */
  | { state: 'newer-incompatible'; unknown: string[] };

/**
 * A migration that removes something that an earlier version still uses is named so, and only that earlier version, which
 * does not know it, takes notice.
 */
const contracts = (name: string) => name.startsWith('Contract');

/** As TypeORM records it: a migration whose class was renamed keeps the name under which it has run. */
export function migrationName(Migration: new () => MigrationInterface): string {
  return new Migration().name ?? Migration.name;
}

export const knownMigrations: readonly string[] = migrations.map(migrationName);

export function compareSchema(done: readonly string[], known: readonly string[] = knownMigrations): SchemaState {
  const missing = known.filter((name) => !done.includes(name));
  const unknown = done.filter((name) => !known.includes(name));
  if (missing.length > 0) return { state: 'older', missing };
  if (unknown.some(contracts)) return { state: 'newer-incompatible', unknown };
  return unknown.length > 0 ? { state: 'newer-compatible', unknown } : { state: 'current' };
}

const noSuchTable = 1146;
const noSuchDatabase = 1049;

/** The names of the migrations that the database has seen; none where there is no database yet. */
export async function migrationsDone(databaseUrl: string): Promise<string[]> {
  const address = parseDatabaseUrl(databaseUrl);
  let connection: mysql.Connection | undefined;
  try {
    connection = await mysql.createConnection({ ...address, connectTimeout: 5_000 });
    const [rows] = await connection.query<mysql.RowDataPacket[]>('SELECT name FROM migrations ORDER BY timestamp');
    return rows.map(({ name }) => String(name));
  } catch (error) {
    if ([noSuchTable, noSuchDatabase].includes((error as { errno?: number }).errno ?? 0)) return [];
    throw error;
  } finally {
    await connection?.end();
  }
}

export async function schemaState(databaseUrl: string): Promise<SchemaState> {
  return compareSchema(await migrationsDone(databaseUrl));
}
