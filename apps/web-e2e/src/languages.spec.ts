import { expect } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { test } from './student.ts';

const chooseLanguage = '#language';

test('the page speaks the browser’s language, and keeps the one that was chosen', async ({ enter }) => {
  const [ada] = classmates(21);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.goto(`/events/${event.id}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Check in');

  // What was typed is still there: the language changes without a reload.
  await page.getByLabel('Your last four digits').fill('12');
  await page.locator(chooseLanguage).selectOption('es');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Registra tu llegada');
  await expect(page.getByLabel('Tus cuatro últimas cifras')).toHaveValue('12');
  await expect(page).toHaveTitle('Registrar la llegada · Exco Live');

  await page.locator(chooseLanguage).selectOption('ar');
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('سجّل حضورك');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ar');
  // The layout is turned too: the brand stands on the right.
  const brand = await page.locator('exco-brand').boundingBox();
  expect(brand?.x).toBeGreaterThan(500);
});

test.describe('what the server says', () => {
  test.use({ locale: 'zh-CN', mayComplain: ['status of 401'] });

  test('is said in the language of the page, never as it comes', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('你的用户名').fill('nobody.at.all0000');
    await page.keyboard.press('Enter');
    await expect(page.getByText('我们不认识这个用户名')).toBeVisible();
  });
});

test.describe('a language that does not exist', () => {
  test.use({ locale: 'tlh', mayComplain: ['status of 401', 'net::ERR_'] });

  test('and a file that can not be loaded: English', async ({ page }) => {
    await page.goto('/sign-in?lang=<b>xx');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to the event');
    await page.route(/chunk-.*\.js/, (route) => route.abort());
    await page.locator(chooseLanguage).selectOption('ar');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Sign in to the event');
    await expect(page.locator('html')).toHaveAttribute('dir', 'ltr');
  });
});

test('a student elsewhere: times of their own clock, and the school’s is named where it differs', async ({ enter }) => {
  const [, ben] = classmates(21);
  const soon = new Date();
  // Far from midnight in both zones, and in one of them summer time is never kept.
  soon.setUTCHours(4, 15, 0, 0);
  if (soon.getTime() < Date.now() + 3_600_000) soon.setUTCDate(soon.getUTCDate() + 1);
  const from = (soon.getTime() - Date.now()) / 1_000;
  const event = await host.plans({ opens: from, starts: from + 600, ends: from + 1_200, closes: from + 1_800 });
  const shown = async (timezoneId: string) => {
    const page = await enter(ben, { timezoneId });
    // As a server that has the setting says it, before the app begins.
    await page.addInitScript(() =>
      document.addEventListener('readystatechange', () =>
        document.querySelector('meta[name=school-time-zone]')?.setAttribute('content', 'Asia/Kolkata'),
      ),
    );
    await page.goto(`/events/${event.id}`);
    await expect(page).toHaveURL(/waiting$/);
    return page;
  };
  const tokyo = await shown('Asia/Tokyo');
  await expect(tokyo.locator('dl.facts dd').first()).toContainText(/(01:15 PM|13:15)/);
  await expect(tokyo.getByTestId('school-time')).toContainText(/(09:45 AM|09:45).*India Standard Time/);
  const kolkata = await shown('Asia/Kolkata');
  await expect(kolkata.locator('dl.facts dd').first()).toContainText(/09:45/);
  await expect(kolkata.getByTestId('school-time')).toHaveCount(0);
});
