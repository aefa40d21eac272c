import { StackError, touching } from '@exco/local-stack';
import { join } from 'node:path';
import { checkout } from './env.ts';
import { newMigration } from './migration/new-migration.ts';
import { runCommand } from './run/command.ts';

const folder = join(checkout, 'libs/persistence/src/migrations');

await runCommand(async () => {
  const [name, ...more] = process.argv.slice(2);
  if (name === undefined || more.length > 0)
    throw new StackError('Give one name: npm run migration:new -- add-seat-numbers');
  const file = await touching(folder, () => newMigration(folder, name, Date.now()));
  console.log(`${file} is ready to be written, and listed in index.ts beside it.`);
  return 0;
});
