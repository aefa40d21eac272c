import { readFileSync } from 'node:fs';
import { configurationDocument } from './configuration-table.ts';
import { variables } from './env.ts';

test('docs/configuration.md says what is read', () => {
  const written = readFileSync(new URL('../../../../../docs/configuration.md', import.meta.url), 'utf8');
  expect(written).toBe(configurationDocument());
});

test('every variable is explained', () => {
  expect(variables().filter(({ says }) => says === '')).toEqual([]);
});
