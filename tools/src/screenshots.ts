import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installMissing } from '@exco/local-stack';
import { forgetSettings, ownLogs } from './env.ts';
import { runCommand } from './run/command.ts';
import { say } from './run/steps.ts';
import { build } from './start/build.ts';
import { inBrowser } from './test/in-browser.ts';

/** `npm run screenshots`: the pictures in docs/images, of the running product. */
await runCommand(async (cleanUp) => {
  forgetSettings();
  await installMissing(['database', 'redis', 'chromium'], say, ownLogs);
  await build(ownLogs);
  const results = mkdtempSync(join(tmpdir(), 'exco-screenshots-'));
  cleanUp.defer(() => rmSync(results, { recursive: true, force: true }));
  const { failed } = await inBrowser('screenshots.config.ts', [], { results }, cleanUp);
  return failed === 0 ? 0 : 1;
});
