import { expect, test } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, confirmMyself, rowOf } from './student.ts';

test('a personal link signs in, and leaves no token in the address', async ({ page }) => {
  const [ada] = classmates(20);
  const event = await host.plans(running);
  await page.goto(await host.joinLink(event.id, ada.username));
  await expect(page).toHaveURL(/\/events\/\d+\/check-in$/);
  await expect(page.getByText(ada.displayName)).toBeVisible();
});

test('the same link once more in another tab: the first keeps what was typed; of somebody else’s it shows nothing', async ({
  page,
  context,
}) => {
  const [ada, ben, cleo] = classmates(20);
  const event = await host.plans(running);
  const link = await host.joinLink(event.id, ada.username);
  await page.goto(link);
  await confirmMyself(page, ada);
  await bring(page, ben);
  await page.evaluate(() => ((globalThis as { notReloaded?: boolean }).notReloaded = true));
  const openedIn = async (address: string) => {
    const asked = page.waitForResponse((answer) => new URL(answer.url()).pathname === '/api/session');
    const tab = await context.newPage();
    await tab.goto(address);
    await expect(tab).toHaveURL(/check-in$/);
    await asked;
    return tab;
  };
  const second = await openedIn(link);
  await expect(second.getByLabel('Your last four digits')).toHaveValue('');
  await expect(page.getByLabel('Your last four digits')).toHaveValue(ada.digits);
  await expect(rowOf(page, ben.displayName)).toContainText('Added');
  expect(await page.evaluate(() => (globalThis as { notReloaded?: boolean }).notReloaded)).toBe(true);

  await openedIn(await host.joinLink(event.id, cleo.username));
  for (const tab of [page, second]) {
    await expect(tab.getByRole('banner').getByText(cleo.displayName)).toBeVisible();
    await expect(tab.getByLabel('Your last four digits')).toHaveValue('');
  }
});

test('a link that is not whole is refused, with a way in', async ({ page }) => {
  await page.goto('/join#not-a-token');
  await expect(page.getByText('This link is not valid any more')).toBeVisible();
  await expect(page.getByLabel('Your username')).toBeVisible();
});
