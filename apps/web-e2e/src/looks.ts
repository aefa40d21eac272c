import { expect, type Page } from '@playwright/test';
import { host, picture, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, checkIn, confirmMyself, digitsOf, type Enter, expectPlaying } from './student.ts';

/** A page in a state that students see. */
export interface Look {
  name: string;
  page: Page;
}

/** Leads one student, and a classmate, past every page; each look is given once, and then left. */
export async function* everyLook(enter: Enter): AsyncGenerator<Look> {
  const [ada, ben, cleo] = classmates(29);
  const page = await enter(ada);
  const stranger = await page.context().browser()?.newContext();
  if (!stranger) throw new Error('the browser is gone');
  const outside = await stranger.newPage();
  await outside.goto('/sign-in?expired');
  await expect(outside.getByRole('heading', { level: 1 })).toBeVisible();
  yield { name: 'sign-in', page: outside };
  await outside.getByLabel('Your username').fill('nobody.at.all0000');
  await outside.keyboard.press('Enter');
  await expect(outside.locator('#username-fault')).not.toBeEmpty();
  yield { name: 'sign-in-refused', page: outside };
  await stranger.close();

  await page.goto('/no-such-page');
  yield { name: 'not-found', page };
  await page.goto('/nothing-on');
  yield { name: 'nothing-on', page };

  const soon = await host.plans({ opens: 3_600, starts: 3_700, ends: 7_200, closes: 9_000 });
  await page.goto(`/events/${soon.id}`);
  await expect(page).toHaveURL(/waiting$/);
  yield { name: 'waiting', page };

  const event = await host.plans(running, { ...picture, minimumKbps: 500 });
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, ada);
  await bring(page, ben);
  await digitsOf(page, cleo.displayName).fill(cleo.digits === '0000' ? '1111' : '0000');
  await expect(page.getByText('Digits don’t match')).toBeVisible();
  yield { name: 'check-in', page };

  await checkIn(page, event.id, ada);
  await expectPlaying(page);
  yield { name: 'stream', page };
  await page.getByRole('link', { name: 'Bring' }).click();
  await confirmMyself(page, ada);
  yield { name: 'bring-classmates', page };

  await host.ends(event.id);
  await expect(page.getByRole('dialog')).toBeVisible();
  await expect(page.getByRole('dialog').getByRole('checkbox').first()).toBeVisible();
  yield { name: 'check-out', page };
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await expect(page).toHaveURL(/over$/);
  yield { name: 'over', page };
}
