import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkout } from '../env.ts';
import { newMigration, writeIndex } from './new-migration.ts';

const real = join(checkout, 'libs/persistence/src/migrations');
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exco-migrations-'));
  cpSync(real, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const index = (of: string) => readFileSync(join(of, 'index.ts'), 'utf8');

test('the index in the repository is the one that would be written', () => {
  writeIndex(folder);
  expect(index(folder)).toBe(index(real));
});

test('a new migration is written and listed last', () => {
  const file = newMigration(folder, 'add-seat-numbers', 4_000_000_000_000);
  expect(readFileSync(file, 'utf8')).toContain(
    'export class AddSeatNumbers4000000000000 implements MigrationInterface',
  );
  expect(index(folder)).toMatch(/AddSeatNumbers4000000000000,?\s*\];\n$/);
});

test.each(['AddSeats', 'add seats', '', '../up'])('%j is no name', (name) => {
  expect(() => newMigration(folder, name, 4_000_000_000_000)).toThrow('no name in kebab case');
});

test('a name is used once', () => {
  newMigration(folder, 'add-seats', 4_000_000_000_000);
  expect(() => newMigration(folder, 'add-seats', 4_000_000_000_001)).toThrow('is there already');
});
