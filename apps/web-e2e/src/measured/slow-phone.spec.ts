import { expect, type Page } from '@playwright/test';
import { host, picture, running } from '../host.ts';
import { classmates } from '../school.ts';
import { checkInButton, test } from '../student.ts';

/** A cheap phone on a line that is just above the minimum: how it is measured for docs/web-performance.md. */
const phone = { slowerBy: 4, kbps: 600, roundTripMilliseconds: 300 };

async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const throughput = (phone.kbps * 1_000) / 8;
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: phone.roundTripMilliseconds,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: phone.slowerBy });
}

const seconds = async (what: () => Promise<unknown>) => {
  const from = performance.now();
  await what();
  return Number(((performance.now() - from) / 1_000).toFixed(1));
};

/** Milliseconds that each task kept the page from answering a touch, since it was loaded. */
const longTasks = (page: Page) =>
  page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks.map(Math.round));

test('the slow phone’s figures', async ({ browser }) => {
  test.setTimeout(180_000);
  const [ada, ben] = classmates(30);
  const event = await host.plans(running, { ...picture, minimumKbps: 300 });
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await page.addInitScript(() => {
    const durations: number[] = [];
    (globalThis as unknown as { longTasks: number[] }).longTasks = durations;
    new PerformanceObserver((list) => durations.push(...list.getEntries().map(({ duration }) => duration))).observe({
      type: 'longtask',
    });
  });
  await slowDown(page);
  const signIn = await seconds(async () => {
    await page.goto(`/events/${event.id}`, { waitUntil: 'commit' });
    await expect(page.getByLabel('Your username')).toBeVisible({ timeout: 60_000 });
  });
  const upToSignIn = (await longTasks(page)).length;
  await page.getByLabel('Your username').fill(ada.username);
  const list = await seconds(async () => {
    await page.keyboard.press('Enter');
    await expect(page.getByLabel(ben.displayName)).toBeVisible({ timeout: 60_000 });
  });
  await page.getByLabel('Your last four digits').fill(ada.digits);
  await expect(checkInButton(page)).toBeVisible();
  // Typing the digits of others takes a student longer than this.
  await page.waitForTimeout(15_000);
  const firstPicture = await seconds(async () => {
    await checkInButton(page).click();
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0, null, {
      timeout: 60_000,
    });
  });
  const after = (await longTasks(page)).slice(upToSignIn).sort((one, other) => other - one);
  console.log(
    'slow phone, seconds:',
    { signIn, list, firstPicture },
    'long tasks after sign-in, ms:',
    after.slice(0, 10),
  );
  expect(firstPicture).toBeGreaterThan(0);
});
