import { StackError } from '@exco/local-stack';
import { describeMigrated, migrate, MigrationError } from '@exco/persistence';
import { say } from '../run/steps.ts';

/** @throws StackError */
export async function migrateDatabase(databaseUrl: string, dryRun: boolean): Promise<void> {
  try {
    describeMigrated(await migrate(databaseUrl, { dryRun, say }), dryRun).forEach(say);
  } catch (error) {
    if (error instanceof MigrationError) throw new StackError(error.message, { cause: error });
    throw error;
  }
}
