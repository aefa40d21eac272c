import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The share of the ceiling depends on what the generator itself costs. */
export const autocannonVersion = (
  JSON.parse(readFileSync(createRequire(import.meta.url).resolve('autocannon/package.json'), 'utf8')) as {
    version: string;
  }
).version;
