import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { StackError } from '@exco/local-stack';
import { checkout } from '../env.ts';
import { runChild } from '../run/child.ts';
import { step } from '../run/steps.ts';

const sources = [
  'apps/{api,web}/**/*',
  'libs/{contracts,page-rules,persistence}/**/*',
  'package-lock.json',
  'tsconfig.base.json',
  'nx.json',
];
const products = [
  'libs/contracts/dist/index.js',
  'libs/page-rules/dist/index.js',
  'libs/persistence/dist/index.js',
  'apps/api/dist/main.js',
  'apps/web/dist/browser/index.html',
];
const stamp = join(checkout, 'node_modules/.cache/exco-built-from');

/** Of every source file's name and content: a clone, a checkout and an edit all change it, a mere touch does not. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const files = globSync(sources, {
    cwd: checkout,
    withFileTypes: true,
    exclude: ({ name }) =>
      name === 'dist' || name === 'node_modules' || name === '.angular' || name.endsWith('.spec.ts'),
  });
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort())
    hash.update(path.slice(checkout.length)).update('\0').update(readFileSync(path)).update('\0');
  return hash.digest('hex');
}

function isBuilt(from: string): boolean {
  return (
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === from &&
    products.every((file) => existsSync(join(checkout, file)))
  );
}

/** Builds what has changed. Even finding out that nothing has costs Nx two seconds, so it is asked only when something did. */
export async function build(): Promise<void> {
  const from = fingerprint();
  if (isBuilt(from)) return;
  await step('Building the API and the web app', async () => {
    rmSync(stamp, { force: true });
    const code = await runChild('nx', ['run-many', '-t', 'build', '--output-style=stream'], { NX_TUI: 'false' });
    if (code !== 0) throw new StackError('The build failed; the reason stands above.');
    mkdirSync(dirname(stamp), { recursive: true });
    writeFileSync(stamp, from);
  });
}
