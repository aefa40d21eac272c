import { expect, type Page } from '@playwright/test';
import { host, running } from '../host.ts';
import { classmates } from '../school.ts';
import { bring, checkIn, checkInButton, confirmMyself, test, totalAttendance } from '../student.ts';

const listed = (page: Page) => page.getByRole('dialog').getByRole('checkbox');

test('one brings the other, both watch, and each checks out whom they brought', async ({ enter }) => {
  const [mina, leo, kim] = classmates(2);
  const event = await host.plans(running);
  const hers = await enter(mina);
  const his = await enter(leo);
  await his.goto(`/events/${event.id}`);
  await expect(his.getByLabel('Your last four digits')).toBeVisible();

  await hers.goto(`/events/${event.id}`);
  await confirmMyself(hers, mina);
  await bring(hers, leo);
  await bring(hers, kim);
  await checkInButton(hers).click();
  await expect(hers).toHaveURL(/stream$/);

  await expect(his).toHaveURL(/stream$/, { timeout: 2_000 });
  await expect(his.getByText(`${mina.displayName} checked you in`).first()).toBeVisible();
  for (const page of [hers, his]) await expect(totalAttendance(page)).toHaveText('3');

  await host.ends(event.id);
  for (const page of [hers, his]) await expect(page.getByRole('dialog')).toBeVisible();
  await expect(listed(hers)).toHaveCount(3);
  await expect(listed(his)).toHaveCount(1);

  await his.getByRole('button', { name: 'Check-Out' }).click();
  await expect(his.getByRole('heading', { name: 'You’re checked out' })).toBeVisible();
  await hers.getByRole('button', { name: 'Check-Out' }).click();
  await expect(hers.getByRole('heading', { name: 'You’re checked out' })).toBeVisible();
  await expect(hers.getByText(leo.displayName)).toBeVisible();
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 3, checkedOut: 3 });
});

test('checked in on one device, my other device and tab go to the stream too, and out as well', async ({ enter }) => {
  const [, , , , emil] = classmates(2);
  const event = await host.plans(running);
  const phone = await enter(emil);
  const laptop = await enter(emil);
  const tab = await phone.context().newPage();
  for (const page of [laptop, tab]) {
    await page.goto(`/events/${event.id}`);
    await expect(page.getByLabel('Your last four digits')).toBeVisible();
  }
  await checkIn(phone, event.id, emil);
  for (const page of [laptop, tab]) await expect(page).toHaveURL(/stream$/, { timeout: 2_000 });

  await host.ends(event.id);
  await laptop.getByRole('button', { name: 'Check-Out' }).click();
  for (const page of [laptop, phone, tab])
    await expect(page.getByRole('heading', { name: 'You’re checked out' })).toBeVisible({ timeout: 2_000 });
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 1, checkedOut: 1 });
});

test('digits that do not match, and somebody who is there already', async ({ enter }) => {
  const [ada, ben, cleo] = classmates(3);
  const event = await host.plans(running);
  const first = await enter(cleo);
  await first.goto(`/events/${event.id}`);
  const second = await enter(ada);
  await second.goto(`/events/${event.id}`);
  await expect(second.getByLabel('Your last four digits')).toBeVisible();
  await confirmMyself(first, cleo);
  await checkInButton(first).click();
  await expect(first).toHaveURL(/stream$/);

  const row = (name: string) => second.locator('.row', { hasText: name });
  await row(cleo.displayName).getByRole('textbox').fill(cleo.digits);
  await expect(row(cleo.displayName)).toContainText('Already checked in');
  await row(ben.displayName)
    .getByRole('textbox')
    .fill(ben.digits === '1111' ? '2222' : '1111');
  await expect(row(ben.displayName)).toContainText('Digits don’t match');
  await expect(second.getByText('Just you so far')).toBeVisible();
});

test('a second tab and the way back land where the state says', async ({ enter }) => {
  const [, , , dora] = classmates(2);
  const event = await host.plans(running);
  const page = await enter(dora);
  await page.goto(`/events/${event.id}`);
  const other = await page.context().newPage();
  await other.goto(`/events/${event.id}/check-in`);
  await expect(other.getByLabel('Your last four digits')).toBeVisible();

  await confirmMyself(page, dora);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
  await expect(other).toHaveURL(/stream$/);

  await page.goto(`/events/${event.id}/check-in`);
  await expect(page).toHaveURL(/stream$/);
  await page.goBack();
  await expect(page).toHaveURL(/stream$/);

  await other.getByRole('button', { name: 'Sign out' }).click();
  await expect(other).toHaveURL(/sign-in/);
  await expect(page).toHaveURL(/sign-in/);
});

test('a classmate checks me out while the prompt is before me', async ({ enter }) => {
  const [mina, leo] = classmates(10);
  const event = await host.plans(running);
  const hers = await enter(mina);
  await checkIn(hers, event.id, mina, [leo]);
  const his = await enter(leo);
  await his.goto(`/events/${event.id}`);
  // The end may fall between the page's question and its connection: it is found out all the same.
  await host.ends(event.id);
  await expect(his.getByRole('dialog')).toBeVisible({ timeout: 20_000 });
  await hers.getByRole('button', { name: 'Check-Out' }).click();
  await expect(his.getByText(`${mina.displayName} checked you out`)).toBeVisible();
});
