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

/** What most students never see. */
export async function* rareLooks(enter: Enter): AsyncGenerator<Look> {
  const [, , , dora, emil] = classmates(29);
  const page = await enter(dora);
  await page.goto('/trouble?code=BUSY&wait=600000');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  yield { name: 'trouble', page };

  const soon = await host.plans({ opens: 600, starts: 900, ends: 7_200, closes: 9_000 });
  await page.goto(`/events/${soon.id}`);
  await confirmMyself(page, dora);
  await bring(page, emil);
  await page.getByRole('button', { name: 'Check me in at the opening' }).click();
  await expect(page.getByRole('button', { name: 'Not yet: let me change it' })).toBeVisible();
  yield { name: 'waiting-prepared', page };

  const event = await host.plans(running, { minimumKbps: 5_000 });
  const other = await enter(emil);
  await other.route('**/api/connection-test/**', (route) => route.fulfill({ status: 429, json: {} }));
  await other.goto(`/events/${event.id}`);
  await expect(other.getByText('Too many tests in a row')).toBeVisible();
  yield { name: 'connection-not-tested', page: other };
  await other.unroute('**/api/connection-test/**');
  const devtools = await other.context().newCDPSession(other);
  const line = { offline: false, latency: 40, uploadThroughput: -1 };
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { ...line, downloadThroughput: 500_000 / 8 });
  await other.getByRole('button', { name: 'Test again' }).click();
  await expect(other.getByText('Too slow for the stream')).toBeVisible();
  yield { name: 'connection-too-slow', page: other };
  await devtools.send('Network.emulateNetworkConditions', { ...line, downloadThroughput: -1 });
  await other.getByRole('button', { name: 'Test again' }).click();
  await checkIn(other, event.id, emil);
  await expect(other.getByText('The stream is not answering')).toBeVisible();
  yield { name: 'stream-away', page: other };

  const missed = await host.plans({ opens: -120, starts: -60, ends: -30, closes: 600 });
  await page.goto(`/events/${missed.id}`);
  await expect(page.getByRole('heading', { name: 'This event has ended' })).toBeVisible();
  yield { name: 'over-missed', page };
}
