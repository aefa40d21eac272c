import { expect, type Page } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { test } from './student.ts';

/** The budget of the first load, up to a check-in page that can be used. 1 kB is 1,000 bytes. */
const budget = { kilobytes: 120, files: 8 };

/** What a page without a cache asks for, the connection test apart: it loads what it must to measure. */
async function transfers(page: Page) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true });
  const names = new Map<string, string>();
  const loaded: { name: string; bytes: number }[] = [];
  devtools.on('Network.requestWillBeSent', ({ requestId, request }) => names.set(requestId, request.url));
  devtools.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const name = new URL(names.get(requestId) ?? 'about:blank').pathname;
    if (!name.startsWith('/api/')) loaded.push({ name, bytes: encodedDataLength });
  });
  return loaded;
}

test('the first load stays within its budget', async ({ enter }) => {
  const [ada] = classmates(27);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.goto('about:blank');
  const loaded = await transfers(page);
  await page.goto(`/events/${event.id}/check-in`);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  await page.evaluate(() => document.fonts.ready);
  // What is loaded while digits are typed is not waited for.
  const needed = loaded.slice(0, loaded.findLastIndex(({ name }) => /main-|styles-|\.woff2$/.test(name)) + 1);
  const kilobytes = needed.reduce((sum, { bytes }) => sum + bytes, 0) / 1_000;
  console.log(`first load: ${kilobytes.toFixed(1)} kB in ${needed.length} files`, needed);
  expect(needed.length).toBeGreaterThan(1);
  expect(needed.length).toBeLessThanOrEqual(budget.files);
  expect(kilobytes).toBeLessThanOrEqual(budget.kilobytes);
});

test.describe('with the service worker', () => {
  test.use({ serviceWorkers: 'allow', mayComplain: ['net::ERR_', 'Failed to load resource'] });

  test('the second visit shows the page without the network', async ({ enter }) => {
    const [, ben] = classmates(27);
    const event = await host.plans(running);
    const page = await enter(ben);
    await page.clock.install();
    await page.goto(`/events/${event.id}`);
    await expect(page.getByText('Fast enough for the stream')).toBeVisible();
    // It comes once the page is quiet.
    await page.clock.fastForward(10_000);
    await page.evaluate(() => navigator.serviceWorker.ready);
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);

    await page.context().setOffline(true);
    const second = await page.context().newPage();
    await second.goto('/sign-in');
    await expect(second.getByRole('heading', { level: 1 })).toBeVisible();
    await page.context().setOffline(false);
    // Nothing of the API is kept.
    const kept = await page.evaluate(async () => {
      const requests = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept).toContain('/');
    expect(kept.filter((path) => path.startsWith('/api'))).toEqual([]);
  });
});
