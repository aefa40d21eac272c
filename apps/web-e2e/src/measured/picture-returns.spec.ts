import { expect, type Page } from '@playwright/test';
import { FailingStream } from '../failing-stream.ts';
import { host, instant, running } from '../host.ts';
import { classmates, type Pupil } from '../school.ts';
import { checkIn, type Enter, expectPlaying, test } from '../student.ts';

test.use({ mayComplain: ['Failed to load resource', 'net::ERR_', 'WebSocket'], viewport: { width: 400, height: 500 } });

const streams = new FailingStream();
test.beforeAll(() => streams.listen());
test.afterAll(() => streams.close());

const told = (page: Page) => page.locator('.picture .over');
const position = (page: Page) => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);

async function watch(enter: Enter, pupil: Pupil, stream: string) {
  const page = await enter(pupil);
  const event = await host.plans(running, { streamUrl: streams.url(stream) });
  await checkIn(page, event.id, pupil);
  await expectPlaying(page);
  return { page, event };
}

/** Milliseconds until the picture moves on from where it stands. */
async function untilItMoves(page: Page, timeout: number): Promise<number> {
  const from = performance.now();
  const stands = await position(page);
  await expect.poll(() => position(page), { timeout, intervals: [100] }).not.toBe(stands);
  return performance.now() - from;
}

/** Begins to look; the answer gives how long the picture stood before words lay over it, in milliseconds of the page. */
async function stoodBeforeWords(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const video = document.querySelector('video');
    let seen = video?.currentTime;
    let movedAt = performance.now();
    const looking = setInterval(() => {
      if (document.querySelector('.picture .over')) {
        clearInterval(looking);
        Object.assign(globalThis, { stoodFor: performance.now() - movedAt });
      } else if (video?.currentTime !== seen) {
        seen = video?.currentTime;
        movedAt = performance.now();
      }
    }, 50);
  });
  return async () => {
    const answer = await page.waitForFunction(() => (globalThis as { stoodFor?: number }).stoodFor, null, {
      timeout: 60_000,
    });
    return Number(await answer.jsonValue());
  };
}

/** Milliseconds: three seconds and the time between two looks of the page, and as much again for a busy machine. */
const toldWithin = 7_000;
/** Five seconds, and as much again. */
const backWithin = 10_000;

async function aLineLostForLong(enter: Enter, pupil: Pupil): Promise<void> {
  const { page } = await watch(enter, pupil, 'lost-line');
  const stood = await stoodBeforeWords(page);
  await page.context().setOffline(true);
  expect(await stood()).toBeLessThan(toldWithin);
  await expect(told(page)).toContainText('You’re offline');
  // For the stream fifty seconds, of which the page waits ten: nothing in it waits for longer than that.
  const skipped = streams.skip('lost-line', 1);
  await page.waitForTimeout(50_000 - skipped * 1_000);
  await page.context().setOffline(false);
  expect(await untilItMoves(page, 20_000)).toBeLessThan(backWithin);
  await expect(told(page)).toHaveCount(0);
  await expectPlaying(page);
  // Six pieces of two seconds is the most that the player stays behind, and not the fifty seconds that were missed.
  const behind = await page
    .locator('video')
    .evaluate(({ seekable, currentTime }: HTMLVideoElement) => seekable.end(seekable.length - 1) - currentTime);
  expect(behind).toBeLessThan(14);
}

async function aServerThatStopsAnswering(enter: Enter, pupil: Pupil): Promise<void> {
  const { page } = await watch(enter, pupil, 'silent');
  const stood = await stoodBeforeWords(page);
  streams.set('silent', 'no answer');
  expect(await stood()).toBeLessThan(toldWithin);
  await expect(told(page)).toContainText(/The picture stands still|The stream is not answering/);
  await expect(told(page)).toContainText('The stream is not answering', { timeout: 20_000 });
  streams.set('silent', 'well');
  await expectPlaying(page);
  await expect(told(page)).toHaveCount(0);
}

async function anEventThatIsReopened(enter: Enter, pupil: Pupil): Promise<void> {
  const { page, event } = await watch(enter, pupil, 'reopened');
  const noReload = () => page.evaluate(() => (globalThis as { first?: boolean }).first);
  await page.evaluate(() => Object.assign(globalThis, { first: true }));
  streams.set('reopened', 'ended');
  await host.ends(event.id);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(told(page)).toContainText('The stream has ended', { timeout: 30_000 });
  streams.set('reopened', 'well');
  const from = performance.now();
  await host.changes(event.id, { endsAt: instant(1_800) });
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page).toHaveURL(/stream$/);
  await untilItMoves(page, 20_000);
  expect(performance.now() - from).toBeLessThan(backWithin);
  await expectPlaying(page);
  await expect(told(page)).toHaveCount(0);
  expect(await noReload()).toBe(true);
}

async function aWrongAddressPutRight(enter: Enter, pupil: Pupil): Promise<void> {
  const page = await enter(pupil);
  streams.set('wrong', 'playlist 404');
  const event = await host.plans(running, { streamUrl: streams.url('wrong') });
  await checkIn(page, event.id, pupil);
  await expect(told(page)).toContainText('The stream is not answering');
  const from = performance.now();
  await host.changes(event.id, { streamUrl: streams.url('right') });
  await untilItMoves(page, 20_000);
  expect(performance.now() - from).toBeLessThan(backWithin);
  await expectPlaying(page);
}

test('a line lost for 50 s, a server that stops answering, an event reopened, an address put right: told, and the picture comes back', async ({
  enter,
}) => {
  test.setTimeout(180_000);
  const [ada, ben, cleo, dora] = classmates(33);
  // Side by side: each of them waits most of the time.
  await Promise.all([
    aLineLostForLong(enter, ada),
    aServerThatStopsAnswering(enter, ben),
    anEventThatIsReopened(enter, cleo),
    aWrongAddressPutRight(enter, dora),
  ]);
});
