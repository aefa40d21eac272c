import { expect } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { checkInButton, confirmMyself, expectPlaying, test } from './student.ts';

test('a reload at every step leads back to it', async ({ enter }) => {
  const [ada] = classmates(8);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.goto(`/events/${event.id}`);
  await expect(page).toHaveURL(/check-in$/);

  await page.reload();
  await confirmMyself(page, ada);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);

  await page.reload();
  await expect(page).toHaveURL(/stream$/);
  await expectPlaying(page);

  await host.ends(event.id);
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/check-out$/);
  await page.getByRole('button', { name: 'Check-Out' }).click();
  await expect(page).toHaveURL(/over$/);

  await page.reload();
  await expect(page.getByRole('heading', { name: 'You’re checked out' })).toBeVisible();
  await page.goto(`/events/${event.id}/check-out`);
  await expect(page).toHaveURL(/over$/);
});

test('sound that the browser refuses: it plays muted, and one tap brings the sound', async ({ enter }) => {
  const [, ben] = classmates(8);
  const event = await host.plans(running);
  const page = await enter(ben);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, ben);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);

  // A reload would keep the touch of the page before it; another tab has none. And whatever Playwright asks of a page
  // counts as a touch, so nothing is asked before the first piece of the stream is there.
  const untouched = await page.context().newPage();
  await page.close();
  const firstPiece = untouched.waitForResponse(/\.m4s/);
  await untouched.goto(`/events/${event.id}`);
  await firstPiece;
  const tap = untouched.getByRole('button', { name: 'Tap for sound' });
  await expect(tap).toBeVisible();
  await expectPlaying(untouched);
  const muted = () => untouched.locator('video').evaluate((video: HTMLVideoElement) => video.muted);
  expect(await muted()).toBe(true);
  await tap.click();
  await expect(tap).toBeHidden();
  expect(await muted()).toBe(false);
  await expectPlaying(untouched);
});

test('a session that is over leads to the sign-in page, and from there back', async ({ enter }) => {
  const [, , cleo] = classmates(8);
  const event = await host.plans(running);
  const page = await enter(cleo);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, cleo);
  await page.context().clearCookies();
  await checkInButton(page).click();
  await expect(page.getByText('You were signed out')).toBeVisible();
  await page.getByLabel('Your username').fill(cleo.username);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(new RegExp(`/events/${event.id}/check-in$`));
});

test('a username that nobody has', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel('Your username').fill('nobody.at.all0000');
  await page.keyboard.press('Enter');
  await expect(page.getByText('We don’t know this username')).toBeVisible();
  await expect(page.getByLabel('Your username')).toBeFocused();
});
