import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printed } from './print.ts';
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
  writeFileSync(join(folder, 'report.md'), reportOf(summary));
}

/** The same figures as on the terminal, with where and how they were measured. */
export function reportOf(summary: Summary): string {
  const { machine, command, startedAt, apiProcesses, workerProcesses, generators, url } = summary;
  return [
    `# Load test: ${summary.verdict.outcome}`,
    '',
    `\`npm run loadtest -- ${command}\`, ${new Date(startedAt).toISOString()}, against ${url}`,
    '',
    `${machine.cores} × ${machine.processor}, ${machine.memoryGigabytes} GB, ${machine.system}, Node ${machine.node}; ` +
      `load before the run ${machine.loadBefore}. API processes: ${apiProcesses ?? 'unknown'}, workers: ` +
      `${workerProcesses ?? 'unknown'}, generators: ${generators}` +
      `${summary.generatorSharesMachine ? ', all of them on this machine' : ''}.`,
    '',
    '```text',
    printed(summary).trim(),
    '```',
    '',
  ].join('\n');
}
