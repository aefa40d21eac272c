import { expect } from '@playwright/test';
import { env } from './env.ts';
import { host, picture, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, checkInButton, confirmMyself, expectPlaying, rowOf, test } from './student.ts';

test('a reload at every step leads back to it', async ({ enter }) => {
  const [ada] = classmates(8);
  const event = await host.plans(running, picture);
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
  const event = await host.plans(running, picture);
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

test('a session that is gone at Check-In: after the sign-in all is there that was typed', async ({
  enter,
  playwright,
}) => {
  const [, , cleo, dora] = classmates(8);
  const event = await host.plans(running);
  const page = await enter(cleo);
  const context = page.context();
  const signedOutElsewhere = async () => {
    const elsewhere = await playwright.request.newContext({
      baseURL: env.baseUrl,
      ignoreHTTPSErrors: true,
      storageState: await context.storageState(),
    });
    expect((await elsewhere.delete('/api/session')).status()).toBe(204);
    await elsewhere.dispose();
  };
  const gone = {
    expired: () => context.clearCookies(),
    'signed out elsewhere': signedOutElsewhere,
    'not to be read any more': async () => {
      const cookies = await context.cookies();
      await context.addCookies(cookies.map((cookie) => ({ ...cookie, value: `${cookie.value.slice(0, -2)}xx` })));
    },
  };
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, cleo);
  await bring(page, dora);
  for (const [how, end] of Object.entries(gone))
    await test.step(how, async () => {
      await end();
      await checkInButton(page).click();
      await expect(page.getByText('You were signed out')).toBeVisible();
      await page.getByLabel('Your username').fill(cleo.username);
      await page.keyboard.press('Enter');
      await expect(page).toHaveURL(new RegExp(`/events/${event.id}/check-in$`));
      await expect(page.getByLabel('Your last four digits')).toHaveValue(cleo.digits);
      await expect(rowOf(page, dora.displayName)).toContainText('Added');
    });
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2 });
});

test('a username that nobody has', async ({ page }) => {
  await page.goto('/');
  await expect(page).toHaveURL(/sign-in/);
  await page.getByLabel('Your username').fill('nobody.at.all0000');
  await page.keyboard.press('Enter');
  await expect(page.getByText('We don’t know this username')).toBeVisible();
  await expect(page.getByLabel('Your username')).toBeFocused();
});
