import { expect, type Page } from '@playwright/test';
import { FailingStream } from './failing-stream.ts';
import { host, picture, running } from './host.ts';
import { classmates } from './school.ts';
import { checkIn, expectPlaying, test } from './student.ts';

// hls.js gives each track of captions an empty file as a `data:` address, which the page’s policy refuses: nothing is lost.
test.use({ mayComplain: ['Failed to load resource', "'data:,WEBVTT'"] });

const streams = new FailingStream();
test.beforeAll(() => streams.listen());
test.afterAll(() => streams.close());

const property = (page: Page, name: 'muted' | 'paused' | 'volume') =>
  page.locator('video').evaluate((video: HTMLVideoElement, of) => video[of], name);

test('controls for the keyboard: play, sound, volume, “Save data”, full screen', async ({ enter }) => {
  const [ada] = classmates(28);
  const event = await host.plans(running, picture);
  const page = await enter(ada);
  await checkIn(page, event.id, ada);
  await expectPlaying(page);
  const press = async (name: string) => {
    await page.getByRole('button', { name, exact: true }).focus();
    await page.keyboard.press('Enter');
  };
  await press('Pause');
  await expect.poll(() => property(page, 'paused')).toBe(true);
  await page.waitForTimeout(3_500);
  // Whoever has stopped it is not told that it stands still.
  await expect(page.locator('.over')).toHaveCount(0);
  await press('Play');
  await expectPlaying(page);
  await press('Sound off');
  await expect.poll(() => property(page, 'muted')).toBe(true);
  await press('Sound on');
  await expect.poll(() => property(page, 'muted')).toBe(false);
  await page.getByRole('slider', { name: 'Volume' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => property(page, 'volume')).toBeCloseTo(0.95);

  await press('Save data');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Save data' })).toHaveAttribute('aria-pressed', 'true');
  await press('Full screen');
  await expect(page.getByRole('button', { name: 'Leave full screen' })).toBeVisible();
  await press('Leave full screen');
  await expect(page.getByRole('button', { name: 'Full screen', exact: true })).toBeVisible();
});

test('the offer of sound is put away, or goes by itself', async ({ enter }) => {
  const [, ben] = classmates(28);
  const event = await host.plans(running, picture);
  const page = await enter(ben);
  await checkIn(page, event.id, ben);
  const context = page.context();
  await page.close();
  const offered = async (begin: (page: Page) => Promise<void>) => {
    const untouched = await context.newPage();
    await begin(untouched);
    // Whatever Playwright asks of a page counts as a touch.
    const firstPiece = untouched.waitForResponse(/\.m4s/);
    await untouched.goto(`/events/${event.id}`);
    await firstPiece;
    const offer = untouched.getByRole('button', { name: 'Tap for sound' });
    await expect(offer).toBeVisible({ timeout: 30_000 });
    return { untouched, offer };
  };
  const first = await offered(() => Promise.resolve());
  await first.untouched.getByRole('button', { name: 'No sound, thank you' }).click();
  await expect(first.offer).toBeHidden();
  expect(await property(first.untouched, 'muted')).toBe(true);
  await first.untouched.close();

  const second = await offered((untouched) => untouched.clock.install());
  await second.untouched.clock.fastForward(15_000);
  await expect(second.offer).toBeHidden();
  expect(await property(second.untouched, 'muted')).toBe(true);
});

test('back to the first address when it is well again, asked about once a minute', async ({ enter }) => {
  const [, , cleo] = classmates(28);
  const event = await host.plans(running, {
    streamUrl: streams.url('back'),
    fallbackStreamUrl: streams.url('back-fallback'),
  });
  streams.set('back', 'pieces 500');
  const page = await enter(cleo);
  await page.clock.install();
  await checkIn(page, event.id, cleo);
  const played = (name: string) => streams.asked.filter((piece) => piece.startsWith(`${name}/`)).length;
  await expect.poll(() => played('back-fallback'), { timeout: 40_000 }).toBeGreaterThan(0);
  await expectPlaying(page);
  streams.set('back', 'well');
  await page.waitForTimeout(3_000);
  expect(played('back')).toBe(0);
  await page.clock.fastForward(80_000);
  await expect.poll(() => played('back'), { timeout: 20_000 }).toBeGreaterThan(1);
  await expectPlaying(page);
});

test('a browser that plays nothing by itself: one tap plays', async ({ enter }) => {
  const [, , , dora] = classmates(28);
  const event = await host.plans(running, picture);
  const page = await enter(dora, { hasTouch: true });
  await checkIn(page, event.id, dora);
  // What Playwright asks of a page would count as a touch of Chromium's own.
  await page.addInitScript(() => {
    let touched = false;
    addEventListener('click', ({ isTrusted }) => (touched ||= isTrusted), { capture: true });
    const { prototype } = HTMLMediaElement;
    const play = prototype.play;
    prototype.play = function () {
      return touched ? play.call(this) : Promise.reject(new DOMException('not yet', 'NotAllowedError'));
    };
  });
  await page.reload();
  const offer = page.getByRole('button', { name: 'Tap to play' });
  await expect(offer).toBeVisible();
  expect(await property(page, 'paused')).toBe(true);
  await offer.tap();
  await expect(offer).toBeHidden();
  await expectPlaying(page);
  expect(await property(page, 'muted')).toBe(false);
  await page.getByRole('button', { name: 'Pause' }).tap();
  await expect.poll(() => property(page, 'paused')).toBe(true);
});

test('captions and the language that is heard are chosen by keyboard; the picture floats', async ({ enter }) => {
  const [, , , , emil] = classmates(28);
  streams.set('choices', 'with choices');
  const event = await host.plans(running, { streamUrl: streams.url('choices') });
  const page = await enter(emil);
  await checkIn(page, event.id, emil);
  await expectPlaying(page);
  const captions = page.getByRole('combobox', { name: 'Captions' });
  await expect(captions.getByRole('option')).toHaveText(['No captions', 'English']);
  expect(streams.asked.some((piece) => piece.endsWith('.vtt'))).toBe(false);
  await captions.focus();
  await page.keyboard.press('ArrowDown');
  const shown = () =>
    page
      .locator('video')
      .evaluate((video: HTMLVideoElement) =>
        [...video.textTracks]
          .filter(({ mode }) => mode === 'showing')
          .flatMap(({ cues }) => [...(cues ?? [])].map((cue) => (cue as VTTCue).text)),
      );
  await expect.poll(async () => (await shown())[0]).toBe('Good morning');
  await page.keyboard.press('ArrowUp');
  await expect.poll(shown).toEqual([]);

  if (await page.evaluate(() => document.pictureInPictureEnabled)) {
    const floats = () => page.evaluate(() => document.pictureInPictureElement !== null);
    await page.getByRole('button', { name: 'Picture in picture' }).press('Enter');
    await expect.poll(floats).toBe(true);
    await page.getByRole('button', { name: 'Picture in picture' }).press('Enter');
    await expect.poll(floats).toBe(false);
  }

  const heard = page.getByRole('combobox', { name: 'Audio language' });
  await expect(heard.getByRole('option')).toHaveText(['English', 'Español']);
  await heard.focus();
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => streams.asked.includes('choices/spanish.m3u8')).toBe(true);
});

test('less data from the next piece on, chosen by keyboard', async ({ enter }) => {
  const [fay] = classmates(24);
  streams.set('qualities', 'with choices');
  const event = await host.plans(running, { streamUrl: streams.url('qualities') });
  const page = await enter(fay);
  await checkIn(page, event.id, fay);
  await expectPlaying(page);
  const [small, large] = ['qualities/small.m3u8', 'qualities/large.m3u8'];
  const asked = () => streams.asked.filter((file) => file === small || file === large);
  // What the line takes, until data are to be saved.
  await expect.poll(() => asked().at(-1), { timeout: 60_000 }).toBe(large);
  await page.getByRole('button', { name: 'Save data' }).press('Enter');
  const before = asked().length;
  await expect.poll(() => asked().slice(before), { timeout: 60_000 }).toContain(small);
});
