import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing, StackError } from '@exco/local-stack';
import { checkout, forgetSettings, ownLogs } from './env.ts';
import { runCommand } from './run/command.ts';
import { say } from './run/steps.ts';
import { build } from './start/build.ts';
import { deployEndToEnd, specsMatching } from './test/projects.ts';
import { jest } from './test/runners.ts';

const programs = [
  ...(['database', 'redis', 'chromium', 'openssl'] as const),
  ...(['haproxy', 'nginx', 'caddy', 'buildah', 'debootstrap'] as const),
];

/** `npm run test:deploy [-- part of a file's name]`: proxies, image and upgrade, as operators run them. */
await runCommand(async (cleanUp) => {
  const [filter = '', ...others] = process.argv.slice(2);
  const files = specsMatching(filter, [deployEndToEnd]).map((file) => join(checkout, file));
  if (filter.startsWith('-') || others.length > 0 || files.length === 0)
    throw new StackError('Say npm run test:deploy, or npm run test:deploy -- and a part of a test file’s name');
  // Images are made in a folder that becomes the root of a process, and proxies serve as users of their own.
  if (process.getuid?.() !== 0)
    throw new StackError('These tests need root: sudo env "PATH=$PATH" npm run test:deploy');
  forgetSettings();
  await installMissing(programs, say, ownLogs);
  await build(ownLogs);
  const results = mkdtempSync(join(tmpdir(), 'exco-test-'));
  cleanUp.defer(() => rmSync(results, { recursive: true, force: true }));
  const { passed, failed } = await jest(deployEndToEnd, { results, env: {}, files });
  console.log(`\n${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});
