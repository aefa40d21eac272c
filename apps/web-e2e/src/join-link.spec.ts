import { expect, test } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';

test('a personal link signs in, and leaves no token in the address', async ({ page }) => {
  const [ada] = classmates(20);
  const event = await host.plans(running);
  await page.goto(await host.joinLink(event.id, ada.username));
  await expect(page).toHaveURL(/\/events\/\d+\/check-in$/);
  await expect(page.getByText(ada.displayName)).toBeVisible();
});

test('a link that is not whole is refused, with a way in', async ({ page }) => {
  await page.goto('/join#not-a-token');
  await expect(page.getByText('This link is not valid any more')).toBeVisible();
  await expect(page.getByLabel('Your username')).toBeVisible();
});
