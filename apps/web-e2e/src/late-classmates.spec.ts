import { expect, type Page } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, checkIn, checkInButton, confirmMyself, expectPlaying, test, totalAttendance } from './student.ts';

const late = (page: Page) => page.getByRole('link', { name: 'Bring a classmate' });

test.use({ mayComplain: ['status of 422'] });

test('brought while typing: whom I had typed is offered, and one press brings them', async ({ enter }) => {
  const [, ben, cleo, dora] = classmates(23);
  const event = await host.plans(running);
  const his = await enter(ben);
  await his.goto(`/events/${event.id}`);
  await confirmMyself(his, ben);
  await bring(his, dora);
  const hers = await enter(cleo);
  await checkIn(hers, event.id, cleo, [ben]);
  await expect(his).toHaveURL(/stream$/, { timeout: 2_000 });
  await expect(his.getByText('You had typed the digits of 1 classmate')).toBeVisible();
  await his.getByRole('link', { name: 'Bring them now' }).click();
  await expect(totalAttendance(his)).toHaveText('3');
  await expect(his.getByText(`Came along: ${dora.displayName}`)).toBeVisible();
  await expect(late(his)).toBeVisible();
});

test('who is in brings a classmate who comes late, without leaving the picture', async ({ enter }) => {
  const [ada, ben] = classmates(24);
  const event = await host.plans(running);
  const page = await enter(ada);
  await checkIn(page, event.id, ada);
  await expectPlaying(page);
  const video = await page.locator('video').evaluateHandle((element) => element);

  await late(page).click();
  // Only the student’s own digits are wrong: said at the field, and what was typed for others stays.
  await confirmMyself(page, { ...ada, digits: ada.digits === '0000' ? '1111' : '0000' });
  await bring(page, ben);
  await page.getByRole('button', { name: 'Check them in' }).click();
  const fault = page.getByText('These are not the last four digits of your username');
  await expect(fault).toBeVisible();
  await confirmMyself(page, ada);
  // The button moves up with it.
  await expect(fault).toBeHidden();
  await page.getByRole('button', { name: 'Check them in' }).click();
  await expect(totalAttendance(page)).toHaveText('2');
  await expect(page.getByText(`Came along: ${ben.displayName}`)).toBeVisible();
  expect(await video.evaluate((element) => element === document.querySelector('video'))).toBe(true);
  await expectPlaying(page);

  await late(page).click();
  await host.ends(event.id);
  // Until the end of the event, and then both are checked out.
  await expect(page.getByRole('dialog').getByRole('checkbox')).toHaveCount(2);
  await expect(checkInButton(page)).toBeHidden();
});
