import { expect, type Page } from '@playwright/test';
import { host, running } from '../host.ts';
import { classmates } from '../school.ts';
import { checkIn, checkInButton, confirmMyself, test } from '../student.ts';

test.use({ mayComplain: ['net::ERR_'] });

/** Long enough that the next try of its own would be many seconds away. */
const outage = 12_000;
/** Three pages at once on a busy machine; the spread of a school’s pages is in it. */
const backWithin = 3_000;

async function through(
  page: Page,
  { sends, told, goesOn }: { sends: () => Promise<void>; told: RegExp; goesOn: RegExp },
) {
  await page.context().setOffline(true);
  await sends();
  await expect(page.getByText(told).first()).toBeVisible();
  await page.waitForTimeout(outage);
  await page.context().setOffline(false);
  await expect(page).toHaveURL(goesOn, { timeout: backWithin });
}

test('offline at sign-in, at Check-In and at Check-Out: told, and on by itself once the line is back', async ({
  enter,
  browser,
}) => {
  test.setTimeout(120_000);
  const [ada, ben, cleo] = classmates(25);
  const event = await host.plans(running);
  const ended = await host.plans(running);

  const leaves = await enter(cleo);
  await checkIn(leaves, ended.id, cleo);
  await host.ends(ended.id);
  await expect(leaves.getByRole('dialog').getByRole('checkbox')).toHaveCount(1);
  const comes = await enter(ben);
  await comes.goto(`/events/${event.id}`);
  await confirmMyself(comes, ben);
  await expect(comes.getByText('Fast enough for the stream')).toBeVisible();
  const context = await browser.newContext();
  const starts = await context.newPage();
  await starts.goto(`/sign-in?returnTo=/events/${event.id}`);
  await starts.getByLabel('Your username').fill(ada.username);

  const told = /Check your internet connection/;
  await Promise.all([
    through(leaves, { sends: () => leaves.getByRole('button', { name: 'Check-Out' }).click(), told, goesOn: /over$/ }),
    through(comes, { sends: () => checkInButton(comes).click(), told, goesOn: /stream$/ }),
    through(starts, { sends: () => starts.keyboard.press('Enter'), told, goesOn: /check-in$/ }),
  ]);
  await context.close();
});
