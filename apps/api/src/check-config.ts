import { Logger } from '@nestjs/common';
import { check, describeSettings, type Check } from './infrastructure/config/checks.ts';
import { configurationDocument } from './infrastructure/config/configuration-table.ts';
import { envOrExit } from './infrastructure/config/env.ts';

/** Says what the API and the worker would do with these settings, and ends: exit code 1 when they could not serve. */
const signs: Record<Check['verdict'], string> = { right: '✓', wrong: '✗', advice: '!' };

if (process.argv.includes('--document')) {
  process.stdout.write(configurationDocument());
} else {
  const env = envOrExit();
  // Every fault has a line of its own below.
  Logger.overrideLogger(false);
  for (const line of describeSettings(env)) console.log(line);
  const checks = await check(env);
  for (const { verdict, says } of checks) console.log(`${signs[verdict]} ${says}`);
  process.exitCode = checks.some(({ verdict }) => verdict === 'wrong') ? 1 : 0;
}
