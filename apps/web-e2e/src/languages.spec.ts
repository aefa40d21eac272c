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
