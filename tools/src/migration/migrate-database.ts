import { StackError } from '@exco/local-stack';
import { migrate, MigrationError } from '@exco/persistence';
import { say } from '../run/steps.ts';

/** @throws StackError */
export async function migrateDatabase(databaseUrl: string, dryRun: boolean): Promise<void> {
  try {
    const { ran, schema } = await migrate(databaseUrl, { dryRun, say });
    const what = dryRun ? 'would run' : 'ran';
    say(ran.length === 0 ? 'Nothing to do: the schema is up to date.' : `${ran.length} ${what}: ${ran.join(', ')}`);
    if ('unknown' in schema) say(`A later version has migrated this database too: ${schema.unknown.join(', ')}`);
  } catch (error) {
    if (error instanceof MigrationError) throw new StackError(error.message, { cause: error });
    throw error;
  }
}
