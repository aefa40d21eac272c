import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { env } from './src/env.ts';

/** Chromium obeys the last list alone: those that Playwright turns off come first. */
const withoutFeatures = [
  ...['AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'HttpsUpgrades', 'LensOverlay'],
  ...['HttpsFirstBalancedModeAutoEnable', 'MediaRouter', 'PaintHolding', 'ThirdPartyStoragePartitioning'],
  ...['AvoidCorsURLLoaderRestartOnRedirect', 'OptimizationHints', 'NetworkTimeServiceQuerying', 'AimEnabled'],
  'PreconnectToSearch',
  // Two pages of the browser's own for each window: a second of the processor's for each student.
  ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
];

export default defineConfig({
  testDir: 'src',
  // Its figures say something on a machine that does nothing else: `npm run test:looks`.
  testIgnore: env.picturesIn ? [] : '**/slow-phone.spec.ts',
  outputDir: join(tmpdir(), 'exco-web-e2e'),
  // One at a time: these tests measure a line's speed, on a machine that also runs the whole system.
  workers: 1,
  timeout: 120_000,
  // On a busy machine; what is promised within a time says so itself.
  expect: { timeout: 20_000 },
  forbidOnly: true,
  reporter: 'list',
  use: {
    baseURL: env.baseUrl,
    // Behind a proxy the tests have a certificate of their own, which the browser does not know.
    ignoreHTTPSErrors: env.baseUrl.startsWith('https:'),
    // Of its requests page.route sees nothing; its own test lets it run.
    serviceWorkers: 'block',
    // Without a graphics card every pixel of the video costs.
    viewport: { width: 1024, height: 640 },
    // So does every turn of a spinner.
    reducedMotion: 'reduce',
    // A trace films every page, which two cores cannot spare.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: env.chromium,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        `--disable-features=${withoutFeatures.join()}`,
        // As browsers are at home: no sound before the student has touched the page.
        '--autoplay-policy=document-user-activation-required',
      ],
    },
  },
});
