import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportHtml } from './html.ts';
import type { Summary } from './summary.ts';

const results = fileURLToPath(new URL('../../results', import.meta.url));

/** Where this run's files go; it is there when this returns. */
export function resultsFolder(out: string | null): string {
  const name = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = out === null ? join(results, name) : resolve(out);
  mkdirSync(folder, { recursive: true });
  return folder;
}

export function writeResults(folder: string, summary: Summary): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'summary.json'), JSON.stringify(summary));
  writeFileSync(join(folder, 'report.html'), reportHtml(summary));
}
