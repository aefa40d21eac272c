import { expect, type Page } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { rowOf, test } from './student.ts';

const focused = (page: Page) => page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80) ?? '');

/** Presses Tab until the focus is there: a student without a mouse has nothing else. */
async function tabTo(
  page: Page,
  name: string | RegExp,
  role: 'textbox' | 'button' | 'searchbox' = 'textbox',
): Promise<void> {
  const target = page.getByRole(role, { name });
  for (let presses = 0; presses < 60; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${String(name)}; the focus is on ${await focused(page)}`);
}

test('the whole way without a mouse', async ({ enter }) => {
  const [ada, ben] = classmates(9);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.goto(`/events/${event.id}`);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();

  await tabTo(page, 'Your last four digits');
  await page.keyboard.type(ada.digits);
  await tabTo(page, 'Search your classmates', 'searchbox');
  await page.keyboard.type(ben.displayName.toUpperCase());
  await expect(page.getByRole('textbox', { name: ben.displayName })).toBeVisible();
  await tabTo(page, ben.displayName);
  await page.keyboard.type(ben.digits);
  await expect(rowOf(page, ben.displayName)).toContainText('Added');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/check-in$/);
  await tabTo(page, 'Check-In', 'button');
  await page.keyboard.press('Enter');

  await expect(page).toHaveURL(/stream$/);
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();

  await host.ends(event.id);
  await expect(page.getByRole('heading', { name: 'Check out now' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await tabTo(page, 'Check out', 'button');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Check-Out', 'button');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'You’re checked out' })).toBeFocused();
});
