import { expect, type Locator, type Page } from '@playwright/test';
import { host, picture, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, checkIn, confirmMyself, digitsOf, expectPlaying, rowOf, test, totalAttendance } from './student.ts';

// The student's own digits are wrong once.
test.use({ mayComplain: ['status of 422'] });

const open = (page: Page) => page.getByRole('link', { name: 'Bring a classmate' }).click();
const send = (page: Page) => page.getByRole('button', { name: 'Check them in' });
const digitsOfOwn = (page: Page) => page.getByLabel('Your last four digits');

test('whoever is in brings a late classmate without leaving the picture, until the end of the event', async ({
  enter,
}) => {
  const [ada, ben, cleo] = classmates(32);
  const event = await host.plans(running, picture);
  const page = await enter(ada);
  await checkIn(page, event.id, ada);
  await expectPlaying(page);
  const video = page.locator('video');
  await video.evaluate((element) => element.setAttribute('data-first', ''));
  const before = await video.evaluate((element: HTMLVideoElement) => element.currentTime);

  await open(page);
  // My own digits are still there from my check-in.
  await expect(digitsOfOwn(page)).toHaveValue(ada.digits);
  await send(page).click();
  await expect(page.getByText('Type the digits of at least one classmate.')).toBeVisible();
  await bring(page, ben);
  await digitsOfOwn(page).fill(ada.digits === '1111' ? '2222' : '1111');
  await send(page).click();
  await expect(page.getByText('These are not the last four digits of your username')).toBeVisible();
  await digitsOfOwn(page).fill(ada.digits);
  await send(page).click();
  await expect(page).toHaveURL(/stream$/);
  await expect(page.getByText(`Came along: ${ben.displayName}`)).toBeVisible();
  await expect(totalAttendance(page)).toHaveText('2');
  await expect(video).toHaveAttribute('data-first', '');
  await expectPlaying(page);
  expect(await video.evaluate((element: HTMLVideoElement) => element.currentTime)).toBeGreaterThan(before);

  // Once more; whoever is there already needs no digits.
  await open(page);
  await expect(rowOf(page, ben.displayName)).toContainText('Already checked in');
  await digitsOf(page, cleo.displayName).fill(cleo.digits.slice(0, 2));
  await host.ends(event.id);
  const prompt = page.getByRole('dialog');
  await expect(prompt.getByRole('checkbox')).toHaveCount(2);
  await expect(page).toHaveURL(/check-out$/);
  await expect(send(page)).toHaveCount(0);
  await prompt.getByRole('button', { name: 'Check-Out' }).click();
  await expect(page).toHaveURL(/over$/);
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2, checkedOut: 2 });
});

test('brought by a classmate while I type: whom I had typed is still there, and one press brings them', async ({
  enter,
}) => {
  const [ada, , , dora, emil] = classmates(32);
  const event = await host.plans(running);
  const page = await enter(dora);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, dora);
  await bring(page, emil);
  await checkIn(await enter(ada), event.id, ada, [dora]);
  await expect(page).toHaveURL(/stream$/);
  await expect(page.getByText('You had typed the digits of 1 classmate.')).toBeVisible();
  await page.getByRole('link', { name: 'Bring them now' }).click();
  await expect(totalAttendance(page)).toHaveText('3');
  await expect(page).toHaveURL(/stream$/);
  await expect(page.getByText(`Came along: ${emil.displayName}`)).toBeVisible();
});

/** Nothing lies over the middle of it. */
async function expectInSight(element: Locator): Promise<void> {
  await expect(element).toBeInViewport({ ratio: 0.99 });
  const isOnTop = (shown: Element) => {
    const { left, top, width, height } = shown.getBoundingClientRect();
    const onTop = document.elementFromPoint(left + width / 2, top + height / 2);
    return onTop !== null && (shown.contains(onTop) || onTop.closest('.picture')?.contains(shown) === true);
  };
  expect(await element.evaluate(isOnTop)).toBe(true);
}

test('a long list is scrolled to its end, and the picture stays in sight', async ({ enter }) => {
  const pupils = Array.from({ length: 60 }, (_, index) => ({
    username: `late.pupil.${6_100 + index}`,
    displayName: `Pupil ${String(index).padStart(2, '0')} Late`,
    digits: String(6_100 + index),
  }));
  await host.adds(pupils, 'Long list');
  const [first, ...others] = pupils;
  const last = others.at(-1);
  if (!first || !last) throw new Error('nobody in the class');
  const event = await host.plans(running);
  const page = await enter(first);
  await checkIn(page, event.id, first);
  await open(page);
  const video = page.locator('video');
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 1024, height: 640 },
    { width: 768, height: 1024 },
    { width: 360, height: 740 },
  ])
    await test.step(`${viewport.width} × ${viewport.height}`, async () => {
      await page.setViewportSize(viewport);
      await digitsOf(page, others[0]?.displayName ?? '').focus();
      // Backwards and forwards by keyboard, the picture in sight at every field.
      await digitsOf(page, last.displayName).focus();
      await expectInSight(digitsOf(page, last.displayName));
      await expectInSight(video);
      for (let row = 0; row < 12; row++) {
        await page.keyboard.press('Shift+Tab');
        await expectInSight(page.locator(':focus'));
      }
      await expectInSight(video);
      await send(page).scrollIntoViewIfNeeded();
      await expectInSight(send(page));
      await expectInSight(video);
    });
  await bring(page, last);
  await send(page).click();
  await expect(totalAttendance(page)).toHaveText('2');
});
