import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Summary } from './report/summary.ts';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'exco-smoke-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function loadtest(...args: string[]) {
  return spawnSync(process.execPath, [main, ...args, '--out', folder], { encoding: 'utf8', timeout: 110_000 });
}

test('a few hundred students attend a whole event, and the verdict is a pass', () => {
  const { status, stdout, stderr } = loadtest('--smoke');
  if (status !== 0) throw new Error(`exit code ${String(status)}\n${stdout}\n${stderr}`);
  const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')) as Summary;
  expect(summary).toMatchObject({
    version: 2,
    verdict: { outcome: 'pass' },
    rows: { checkedIn: 300, checkedOut: 300 },
    attendanceSource: 'SQL',
  });
  const report = readFileSync(join(folder, 'report.md'), 'utf8');
  expect(report).toContain('Verdict: PASS');
});

test('what it does not understand is exit code 2', () => {
  const { status, stderr } = loadtest('--students', 'all');
  expect(status).toBe(2);
  expect(stderr).toContain('--students is “all”');
});
