import { expect, type Page } from '@playwright/test';
import { host, running } from '../host.ts';
import { classmates } from '../school.ts';
import { checkInButton, confirmMyself, test } from '../student.ts';

/** 1 kbps is 1,000 bit/s. */
type SetSpeed = (kbps: number) => Promise<void>;

/** One for a page: of two, the slower would win. */
async function throttle(page: Page): Promise<SetSpeed> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  return async (kbps) => {
    const throughput = (kbps * 1000) / 8;
    const conditions = { offline: false, latency: 40, downloadThroughput: throughput, uploadThroughput: throughput };
    await devtools.send('Network.emulateNetworkConditions', conditions);
  };
}

/** The page is there before the line becomes slow: only the test itself is measured. */
async function testAtSpeed(page: Page, eventId: number, kbps: number, setSpeed?: SetSpeed): Promise<number> {
  setSpeed ??= await throttle(page);
  await page.goto(`/events/${eventId}/check-in`);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  // Files of later pages are still being loaded: the line must be free before it becomes slow.
  await page.waitForLoadState('networkidle');
  await setSpeed(kbps);
  const from = Date.now();
  await page.getByRole('button', { name: 'Test again' }).click();
  await expect(page.getByText('Testing…')).toBeVisible();
  await expect(page.getByText('Testing…')).toBeHidden({ timeout: 30_000 });
  return Date.now() - from;
}

test.describe('at the very edge', () => {
  // A machine that is busy with something else measures a slower line than there is.
  test.describe.configure({ retries: 2 });

  test('a line of exactly the minimum passes, in under ten seconds', async ({ enter }) => {
    const [ada] = classmates(4);
    const event = await host.plans(running, { minimumKbps: 500 });
    const page = await enter(ada);
    expect(await testAtSpeed(page, event.id, 500)).toBeLessThan(10_000);
    await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  });
});

test('a line above the minimum passes and checks in', async ({ enter }) => {
  const [, ben] = classmates(4);
  const event = await host.plans(running, { minimumKbps: 500 });
  const page = await enter(ben);
  await testAtSpeed(page, event.id, 1_000);
  await confirmMyself(page, ben);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
});

test('a line below the minimum is refused, with what helps, and may try again', async ({ enter }) => {
  const [, , cleo] = classmates(4);
  const event = await host.plans(running, { minimumKbps: 500 });
  const page = await enter(cleo);
  const setSpeed = await throttle(page);
  await testAtSpeed(page, event.id, 400, setSpeed);
  await expect(page.getByText('Too slow for the stream')).toBeVisible();
  await expect(page.getByText('The stream needs 500 kbit/s')).toBeVisible();
  await expect(checkInButton(page)).toBeHidden();
  await setSpeed(20_000);
  await page.getByRole('button', { name: 'Test again' }).click();
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  await expect(checkInButton(page)).toBeVisible();
});

test('a fast line loads one picture of 192 kB, shows it, and no more', async ({ enter }) => {
  const [, , , dora] = classmates(4);
  const event = await host.plans(running);
  const page = await enter(dora);
  const loaded: string[] = [];
  page.on('request', (request) => request.url().includes('connection-test') && loaded.push(request.url()));
  await page.goto(`/events/${event.id}/check-in`);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  expect(loaded.map((url) => new URL(url).pathname)).toEqual(['/api/connection-test/192']);
  const isDrawn = (canvas: HTMLCanvasElement) =>
    canvas
      .getContext('2d')
      ?.getImageData(0, 0, canvas.width, canvas.height)
      .data.some((value) => value > 0);
  expect(await page.locator('canvas').evaluate(isDrawn)).toBe(true);
  // A reload does not measure again.
  await page.reload();
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  expect(loaded).toHaveLength(1);
});

test.describe('when pictures do not come', () => {
  test.use({ mayComplain: ['net::ERR_', 'status of 429'] });

  test('says why, and never hangs', async ({ enter }) => {
    const [ada] = classmates(5);
    const event = await host.plans(running);
    const page = await enter(ada);

    await page.route('**/api/connection-test/**', (route) => route.abort('blockedbyclient'));
    await page.goto(`/events/${event.id}/check-in`);
    await expect(page.getByText('The test picture was blocked')).toBeVisible();
    await expect(page.getByLabel('Your last four digits')).toBeHidden();

    await page.unroute('**/api/connection-test/**');
    await page.route('**/api/connection-test/**', (route) => route.fulfill({ status: 429, json: {} }));
    await page.getByRole('button', { name: 'Test again' }).click();
    await expect(page.getByText('Too many tests in a row')).toBeVisible();

    await page.unroute('**/api/connection-test/**');
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Test again' }).click();
    await expect(page.getByText('You’re offline')).toBeVisible();

    // It goes on by itself.
    await page.context().setOffline(false);
    await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  });
});
