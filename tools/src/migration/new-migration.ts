import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StackError } from '@exco/local-stack';

const pattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const pascal = (name: string) => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

const template = (className: string) => `import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ${className} implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('');
  }
}
`;

/** Lists every migration of the folder, the oldest first. */
export function writeIndex(folder: string): void {
  const files = readdirSync(folder)
    .filter((file) => /^\d{13}-.*\.ts$/.test(file))
    .sort();
  const classes = files.map((file) => {
    const [, name] = /export class (\w+)/.exec(readFileSync(join(folder, file), 'utf8')) ?? [];
    if (name === undefined) throw new StackError(`${join(folder, file)} exports no class.`);
    return { file, name };
  });
  const list = `export const migrations = [${classes.map(({ name }) => name).join(', ')}];`;
  const lines = classes.map(({ name }) => `  ${name},\n`).join('');
  writeFileSync(
    join(folder, 'index.ts'),
    [
      '// Written by `npm run migration:new`: every migration of this folder, the oldest first.',
      ...classes.map(({ file, name }) => `import { ${name} } from './${file}';`),
      '',
      list.length <= 120 ? list : `export const migrations = [\n${lines}];`,
      '',
    ].join('\n'),
  );
}

/**
 * Writes an empty migration and lists it. Gives the new file.
 * @param name in kebab case; the class is named after it
 * @param now milliseconds since 1970; migrations run in the order of this figure
 * @throws StackError
 */
export function newMigration(folder: string, name: string, now: number): string {
  if (!pattern.test(name)) throw new StackError(`"${name}" is no name in kebab case, such as add-seat-numbers.`);
  const file = join(folder, `${now}-${name}.ts`);
  if (readdirSync(folder).some((other) => other.endsWith(`-${name}.ts`)))
    throw new StackError(`A migration named ${name} is there already.`);
  writeFileSync(file, template(`${pascal(name)}${now}`));
  writeIndex(folder);
  return file;
}
