import { compareSchema, type SchemaState } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { StartRefused } from '../scheduling/start-refused.ts';

const noSuchTable = 1146;
/** Wrong user, password or database, or no right to it. */
const notLetIn = new Set([1044, 1045, 1049, 1698]);
/** No right to a table, a column or a statement. */
const mayNot = new Set([1142, 1143, 1044, 1370]);

const errno = (error: unknown) => (error as { errno?: number }).errno ?? 0;
const grant = 'GRANT SELECT, INSERT, UPDATE, DELETE, CREATE TEMPORARY TABLES';

/** As a sentence with what to do, where the driver says why there is no connection; else what was thrown. */
export function connectionRefused(error: unknown): unknown {
  if (!(error instanceof Error && 'code' in error)) return error;
  const what = notLetIn.has(errno(error))
    ? `does not let us in: ${error.message}. Correct user, password and database, or ${grant} on it to this user`
    : `does not answer: ${error.message}. See whether it runs, and whether this host reaches it`;
  return new StartRefused(`DATABASE_URL: the database ${what}.`, {
    mayPass: !notLetIn.has(errno(error)),
    cause: error,
  });
}

/** Why this version cannot work on such a schema, and what to do; null where it can. */
export function schemaFault(schema: SchemaState): string | null {
  switch (schema.state) {
    case 'current':
    case 'newer-compatible':
      return null;
    case 'older':
      return (
        `The database's schema is older than this version needs; it lacks ${schema.missing.join(', ')}. Run npm run migrate ` +
        '(in the image: node apps/api/dist/migrate.js) with the same DATABASE_URL, then start this again.'
      );
    case 'newer-incompatible':
      return (
        `A later version has changed the database's schema so that this version can no longer use it ` +
        `(${schema.unknown.join(', ')}). Start that version, or restore the backup from before it.`
      );
  }
}

export async function schemaOf(source: DataSource): Promise<SchemaState> {
  const done = await source.query<{ name: string }[]>('SELECT name FROM migrations').catch((error: unknown) => {
    if (errno(error) === noSuchTable) return [];
    throw error;
  });
  return compareSchema(done.map(({ name }) => name));
}

/** Null too where the server does not know the variable. */
async function readOnlyFault(source: DataSource): Promise<string | null> {
  const [row] = await source
    .query<{ readOnly: unknown }[]>('SELECT @@global.read_only AS readOnly')
    .catch(() => [{ readOnly: 0 }]);
  // A number, or from MariaDB 12 on a word.
  return ['0', 'OFF'].includes(String(row?.readOnly))
    ? null
    : 'The database is a read-only replica. Let DATABASE_URL lead to the primary, or turn read_only off once it is one.';
}

/** Explained for the rights that they need: nothing is run. */
const writes = [
  'INSERT INTO attendances SELECT * FROM attendances',
  'UPDATE live_event_counters SET revision = revision',
  'DELETE FROM audit_entries',
];

async function rightsFault(source: DataSource): Promise<string | null> {
  try {
    for (const statement of writes) await source.query(`EXPLAIN ${statement}`);
    return null;
  } catch (error) {
    if (!mayNot.has(errno(error))) throw error;
    return `The user of DATABASE_URL may not write: ${(error as Error).message}. ${grant} on the database to it.`;
  }
}

/** Why nothing can be written there, and what to do; null where it can. */
export const writeFault = async (source: DataSource): Promise<string | null> =>
  (await readOnlyFault(source)) ?? (await rightsFault(source));

/** @throws StartRefused */
export async function refuseUnfitDatabase(source: DataSource): Promise<void> {
  const fault = schemaFault(await schemaOf(source)) ?? (await writeFault(source));
  if (fault) throw new StartRefused(fault);
}
