import { expect } from '@playwright/test';
import { host, picture, running } from './host.ts';
import { classmates } from './school.ts';
import {
  bring,
  checkIn,
  checkInButton,
  confirmMyself,
  expectPlaying,
  signIn,
  test,
  totalAttendance,
} from './student.ts';

test('the whole event: sign-in, connection test, check-in, stream, check-out', async ({ enter }) => {
  const [ada, ben] = classmates(0);
  const event = await host.plans(running, picture);
  const page = await enter(ada);
  await page.context().clearCookies();

  await signIn(page, ada, `/events/${event.id}`);
  await expect(page).toHaveURL(/check-in$/);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  await expect(page.getByText('The stream needs 500 kbit/s')).toBeVisible();
  await confirmMyself(page, ada);
  await bring(page, ben);
  await expect(page.getByText('1 classmate comes along')).toBeVisible();
  await checkInButton(page).click();

  await expect(page).toHaveURL(/stream$/);
  await expect(page.getByText(`Came along: ${ben.displayName}`)).toBeVisible();
  await expect(totalAttendance(page)).toHaveText('2');
  // Said once, and the picture of the seats follows the figure.
  await expect(page.getByText(/checked in/i)).toHaveCount(1);
  await expect(page.locator('exco-attendance-count path.taken')).toHaveAttribute('d', /^(M[^M]+){2}$/);
  await expectPlaying(page);
  // The click on Check-In was a gesture: sound is allowed.
  expect(await page.locator('video').evaluate((video: HTMLVideoElement) => video.muted)).toBe(false);

  await host.ends(event.id);
  const prompt = page.getByRole('dialog', { name: 'Check out now' });
  await expect(prompt).toBeVisible();
  await expect(prompt.getByRole('checkbox', { checked: true })).toHaveCount(2);
  await prompt.getByRole('button', { name: 'Check-Out' }).click();
  await expect(page.getByRole('heading', { name: 'You’re checked out' })).toBeVisible();
  await expect(page.getByText('You can close this page.')).toBeVisible();
  // What was kept: when I came and left, and with whom.
  await expect(page.locator('dl.facts dd')).toHaveText([/\d:\d\d/, /\d:\d\d/]);
  await expect(page.getByRole('listitem').filter({ hasText: ben.displayName })).toContainText(/out at .*\d:\d\d/);
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2, checkedOut: 2 });
});

test('a page that waits opens by itself, plays at the start and asks for the check-out at the end', async ({
  enter,
}) => {
  const [, , , dora] = classmates(0);
  const page = await enter(dora);
  const event = await host.plans({ opens: 5, starts: 6, ends: 16, closes: 600 }, picture);
  await page.goto(`/events/${event.id}`);
  await expect(page).toHaveURL(/waiting$/);
  await expect(page.getByTestId('countdown')).toContainText('s');
  await expect(page).toHaveURL(/check-in$/, { timeout: 15_000 });
  await confirmMyself(page, dora);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
  await expectPlaying(page);
  await expect(page.getByRole('dialog')).toBeVisible({ timeout: 20_000 });
});

test('an event that a student missed, one that is closed, one that is not there', async ({ enter }) => {
  const [ada] = classmates(1);
  const page = await enter(ada);
  const missed = await host.plans({ opens: -120, starts: -60, ends: -30, closes: 600 });
  await page.goto(`/events/${missed.id}/stream`);
  await expect(page.getByRole('heading', { name: 'This event has ended' })).toBeVisible();
  const closed = await host.plans({ opens: -120, starts: -60, ends: -30, closes: -10 });
  await page.goto(`/events/${closed.id}/check-in`);
  await expect(page).toHaveURL(/over$/);
});

test.describe('without an event', () => {
  test.use({ mayComplain: ['status of 404'] });

  test('an address that leads nowhere says so', async ({ enter }) => {
    const [ada] = classmates(1);
    const page = await enter(ada);
    await page.goto('/events/4000000000/check-in');
    await expect(page.getByRole('heading', { name: 'There is nothing here' })).toBeVisible();
  });
});

test('the event is still there after a check-out that leaves somebody behind', async ({ enter }) => {
  const [, ben, cleo] = classmates(1);
  const event = await host.plans(running);
  const page = await enter(ben);
  await checkIn(page, event.id, ben, [cleo]);
  await host.ends(event.id);
  const prompt = page.getByRole('dialog');
  await prompt.getByRole('checkbox', { name: cleo.displayName }).uncheck();
  await prompt.getByRole('button', { name: 'Check-Out' }).click();
  await expect(page.getByText('not checked out')).toBeVisible();
  await page.getByRole('link', { name: 'Check out the others' }).click();
  await expect(prompt.getByRole('checkbox', { name: ben.displayName })).toBeDisabled();
  await prompt.getByRole('button', { name: 'Check-Out' }).click();
  await expect(page).toHaveURL(/over$/);
  await expect(page.getByText('not checked out')).toBeHidden();
  expect(await host.counts(event.id)).toMatchObject({ checkedOut: 2 });
});
