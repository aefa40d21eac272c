import { expect, type Page } from '@playwright/test';
import { FailingStream, failures } from './failing-stream.ts';
import { host, running } from './host.ts';
import { classmates, type Pupil } from './school.ts';
import { checkIn, test, totalAttendance } from './student.ts';

test.use({ mayComplain: ['Failed to load resource', 'CORS policy', 'net::ERR_'] });

// Each test has a student and streams of its own.
test.describe.configure({ mode: 'parallel' });

const streams = new FailingStream();
test.beforeAll(() => streams.listen());
test.afterAll(() => streams.close());

const picture = (page: Page) => page.locator('.picture');
const position = (page: Page) => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);

async function expectMoving(page: Page, timeout: number): Promise<void> {
  let before = await position(page);
  await expect
    .poll(
      async () => {
        const now = await position(page);
        const moved = now > before;
        before = now;
        return moved;
      },
      { timeout, intervals: [700] },
    )
    .toBe(true);
}

/** A machine that is busy with something else takes longer than the 15 s that are promised. */
const fallbackWithin = 60_000;

async function watching(page: Page, pupil: Pupil, main: string, fallback: string | null) {
  const event = await host.plans(running, {
    streamUrl: streams.url(main),
    fallbackStreamUrl: fallback && streams.url(fallback),
  });
  await checkIn(page, event.id, pupil);
  return event;
}

test('whatever the first address does, the fallback plays; an address put right reaches who watches', async ({
  enter,
}) => {
  test.setTimeout(400_000);
  const [ada] = classmates(22);
  const page = await enter(ada);
  const event = await watching(page, ada, 'first', 'first-fallback');
  await expectMoving(page, fallbackWithin);
  for (const mode of failures)
    await test.step(mode, async () => {
      const name = mode.replaceAll(' ', '-');
      streams.set(name, mode);
      await host.changes(event.id, {
        streamUrl: streams.url(name),
        fallbackStreamUrl: streams.url(`${name}-fallback`),
      });
      await expect
        .poll(() => streams.asked.some((piece) => piece.startsWith(`${name}-fallback/`)), { timeout: fallbackWithin })
        .toBe(true);
      await expectMoving(page, fallbackWithin);
      // It is in the middle of the event: nothing starts soon.
      await expect(picture(page)).not.toContainText('Starting soon');
    });
  await expect(totalAttendance(page)).toHaveText('1');
});

test.describe('what begins to fail while somebody watches', () => {
  // Four at a time: each waits most of the time, and every pixel of a picture costs.
  test.use({ viewport: { width: 320, height: 400 } });
  const modes = [...failures, 'frozen'] as const;
  for (const together of [modes.slice(0, 4), modes.slice(4, 8), modes.slice(8)])
    test(`the fallback plays: ${together.join(', ')}`, async ({ enter }) => {
      test.setTimeout(300_000);
      const pupils = classmates(34);
      await Promise.all(
        together.map(async (mode, index) => {
          const name = `later-${mode.replaceAll(' ', '-')}`;
          const page = await enter(pupils[index] ?? pupils[0]);
          await watching(page, pupils[index] ?? pupils[0], name, `${name}-fallback`);
          await expectMoving(page, fallbackWithin);
          expect(streams.asked.filter((piece) => piece.startsWith(`${name}-fallback/`))).toEqual([]);
          streams.set(name, mode);
          await expect
            .poll(() => streams.asked.some((piece) => piece.startsWith(`${name}-fallback/`)), {
              timeout: fallbackWithin,
            })
            .toBe(true);
          await expectMoving(page, fallbackWithin);
          await expect(picture(page).locator('.over')).toHaveCount(0);
        }),
      );
    });
});

test('without a fallback, a page instead of a playlist: told, and the picture comes once it is well', async ({
  enter,
}) => {
  const [, , , dora] = classmates(34);
  const page = await enter(dora);
  streams.set('portal', 'playlist is a web page');
  await watching(page, dora, 'portal', null);
  await expect(picture(page)).toContainText('The stream is not answering', { timeout: 15_000 });
  await expect(picture(page)).not.toContainText('Starting soon');
  streams.set('portal', 'well');
  await expectMoving(page, 20_000);
  await expect(picture(page).locator('.over')).toHaveCount(0);
});

test('an encoder that hangs or stops: said on the picture, never shown again and again, and it goes on by itself', async ({
  enter,
}) => {
  test.setTimeout(240_000);
  const [, ben] = classmates(22);
  const page = await enter(ben);
  await watching(page, ben, 'alone', null);
  await expectMoving(page, fallbackWithin);

  streams.set('alone', 'frozen');
  await expect(picture(page)).toContainText(/stands still|not answering/, { timeout: 60_000 });
  const asked = streams.asked.length;
  await page.waitForTimeout(8_000);
  // Asked whether it is well, but never built anew from the same pieces.
  await expect(page.locator('video')).toHaveJSProperty('seeking', false);
  expect(new Set(streams.asked.slice(asked)).size).toBeLessThanOrEqual(1);
  streams.set('alone', 'well');
  await expect(picture(page)).not.toContainText(/stands still|not answering/, { timeout: 30_000 });
  await expectMoving(page, 20_000);

  streams.set('alone', 'ended');
  await expect(picture(page)).toContainText('The stream pauses', { timeout: 60_000 });
  await expect(picture(page)).not.toContainText('has ended');
  streams.set('alone', 'well');
  await expectMoving(page, 30_000);
  await expect(picture(page)).not.toContainText('pauses');
});

test('“Starting soon” before the start; a lost line is told, and the picture comes back', async ({ enter }) => {
  test.setTimeout(180_000);
  const [, , cleo] = classmates(22);
  const page = await enter(cleo);
  streams.set('early', 'playlist 404');
  const event = await host.plans(
    { opens: -60, starts: 3_600, ends: 7_200, closes: 9_000 },
    { streamUrl: streams.url('early') },
  );
  await checkIn(page, event.id, cleo);
  await expect(picture(page)).toContainText('Starting soon', { timeout: 20_000 });
  streams.set('early', 'well');
  await host.changes(event.id, { startsAt: new Date().toISOString() });
  await expect(picture(page)).not.toContainText('Starting soon', { timeout: 20_000 });
  await expectMoving(page, 30_000);

  await page.context().setOffline(true);
  await expect(picture(page)).toContainText('You’re offline', { timeout: 60_000 });
  await page.context().setOffline(false);
  await expectMoving(page, 30_000);
  await expect(picture(page)).not.toContainText('You’re offline');
});
