import { compareSchema, type SchemaState } from '@exco/persistence';
import type { DataSource } from 'typeorm';
import { StartRefused } from '../scheduling/start-refused.ts';

const noSuchTable = 1146;

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
    if ((error as { errno?: number }).errno === noSuchTable) return [];
    throw error;
  });
  return compareSchema(done.map(({ name }) => name));
}

/** Why nothing can be written there, and what to do; null where it can, and where the server does not know the variable. */
export async function readOnlyFault(source: DataSource): Promise<string | null> {
  const [row] = await source
    .query<{ readOnly: unknown }[]>('SELECT @@global.read_only AS readOnly')
    .catch(() => [{ readOnly: 0 }]);
  // A number, or from MariaDB 12 on a word.
  return ['0', 'OFF'].includes(String(row?.readOnly))
    ? null
    : 'The database is a read-only replica. Let DATABASE_URL lead to the primary, or turn read_only off once it is one.';
}

/** @throws StartRefused */
export async function refuseUnfitDatabase(source: DataSource): Promise<void> {
  const fault = schemaFault(await schemaOf(source)) ?? (await readOnlyFault(source));
  if (fault) throw new StartRefused(fault);
}
