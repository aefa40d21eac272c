import { expect } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, checkIn, checkInButton, confirmMyself, digitsOf, test, totalAttendance } from './student.ts';

const busy = {
  status: 503,
  headers: { 'retry-after': '1' },
  json: { code: 'BUSY', message: 'Very many are checking in right now.' },
};

test.use({ mayComplain: ['status of 503', 'status of 422', 'net::ERR_', 'WebSocket'] });

test('a busy server: the page keeps what was typed and tries again by itself', async ({ enter }) => {
  const [ada, ben] = classmates(6);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, ada);
  await bring(page, ben);
  let refused = 0;
  await page.route(/\/check-ins\?/, (route) => (refused++ < 2 ? route.fulfill(busy) : route.continue()));
  await checkInButton(page).click();
  await expect(page.getByText('Trying again in')).toBeVisible();
  await expect(digitsOf(page, ben.displayName)).toHaveValue(ben.digits);
  await expect(page).toHaveURL(/stream$/, { timeout: 20_000 });
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2 });
});

test('wrong digits of one’s own: said at the field, and all else stays', async ({ enter }) => {
  const [, ben, cleo] = classmates(6);
  const event = await host.plans(running);
  const page = await enter(ben);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, { ...ben, digits: ben.digits === '1111' ? '2222' : '1111' });
  await bring(page, cleo);
  await checkInButton(page).click();
  await expect(page.getByText('These are not the last four digits of your username')).toBeVisible();
  await expect(page.getByLabel('Your last four digits')).toBeFocused();
  await confirmMyself(page, ben);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
  await expect(totalAttendance(page)).toHaveText('2');
});

test('a lost connection is shown, and what was missed is caught up with', async ({ enter }) => {
  const [, , , dora] = classmates(6);
  const event = await host.plans(running);
  const page = await enter(dora);
  await checkIn(page, event.id, dora);
  await page.context().setOffline(true);
  await expect(page.getByText('Connection lost')).toBeVisible();
  await host.ends(event.id);
  await page.context().setOffline(false);
  await expect(page.getByRole('dialog')).toBeVisible({ timeout: 25_000 });
});

test('no answer at all: a page that tries again until there is one', async ({ enter }) => {
  const [ada] = classmates(7);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.route(/\/api\/session/, (route) => route.fulfill(busy));
  await page.goto(`/events/${event.id}`);
  await expect(page.getByRole('heading', { name: 'Very many are arriving' })).toBeVisible({ timeout: 15_000 });
  await page.unroute(/\/api\/session/);
  await expect(page).toHaveURL(/check-in$/, { timeout: 20_000 });
});

test('a place in the queue: said at once and counted down, and whoever likes tries earlier', async ({ enter }) => {
  const [, ben] = classmates(7);
  const event = await host.plans(running);
  const page = await enter(ben);
  let asked = 0;
  const inQueue = { ...busy, headers: { 'retry-after': '40' } };
  await page.route(/\/api\/session/, (route) => (asked++ < 2 ? route.fulfill(inQueue) : route.continue()));
  await page.goto(`/events/${event.id}`);
  await expect(page.getByRole('heading', { name: 'Very many are arriving' })).toBeVisible();
  await expect(page.getByText(/^Next try in (3\d|4[0-2]) s\.$/)).toBeVisible();
  await expect(page.getByRole('status')).toHaveText(/^Next try in about 4[0-2] seconds\.$/);
  await expect(page.getByText(/^Next try in 3\d s\.$/)).toBeVisible();
  await page.getByRole('button', { name: 'Try now' }).press('Enter');
  await expect.poll(() => asked).toBe(2);
  await expect(page.getByText(/^Next try in/)).toHaveCount(2);
  await page.getByRole('button', { name: 'Try now' }).press('Enter');
  await expect(page).toHaveURL(/check-in$/);
});

test('a server that finds the line too slow: it is tested again, and what was typed stays', async ({ enter }) => {
  const [ada, ben] = classmates(7);
  const event = await host.plans(running);
  const page = await enter(ada);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, ada);
  await bring(page, ben);
  const tooSlow = {
    status: 422,
    json: { code: 'CONNECTION_TOO_SLOW', message: 'Your connection is too slow for the stream.' },
  };
  await page.route(/\/check-ins\?/, (route) => route.fulfill(tooSlow), { times: 1 });
  const tested = page.waitForRequest(/connection-test/);
  await checkInButton(page).click();
  await tested;
  await expect(page.getByText('Fast enough for the stream')).toBeVisible();
  await expect(digitsOf(page, ben.displayName)).toHaveValue(ben.digits);
  await checkInButton(page).click();
  await expect(totalAttendance(page)).toHaveText('2');
});

test('who presses Check-Out before the list is there checks everyone out', async ({ enter }) => {
  const [ada, ben] = classmates(8);
  const event = await host.plans(running);
  const page = await enter(ada);
  await checkIn(page, event.id, ada, [ben]);
  // A page that was there at the check-in knows the list.
  await page.reload();
  await expect(page).toHaveURL(/stream$/);
  let letGo = () => undefined as unknown;
  const letThrough = new Promise((resolve) => (letGo = () => resolve(null)));
  await page.route('**/check-outs', async (route) => {
    if (route.request().method() === 'GET') await letThrough;
    await route.continue();
  });
  await host.ends(event.id);
  await page.getByRole('dialog').getByRole('button', { name: 'Check-Out' }).click();
  await expect(page.getByRole('button', { name: 'Checking out…' })).toBeVisible();
  letGo();
  await expect(page.getByRole('heading', { name: 'You’re checked out' })).toBeVisible();
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2, checkedOut: 2 });
});

test('the page that checked in knows the list, and asks nothing when thousands would', async ({ enter }) => {
  const [ada, ben] = classmates(8);
  const event = await host.plans(running);
  const page = await enter(ada);
  await checkIn(page, event.id, ada, [ben]);
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/check-outs')) asked.push(request.method());
  });
  await host.ends(event.id);
  const prompt = page.getByRole('dialog');
  await expect(prompt.getByRole('checkbox')).toHaveCount(2);
  await expect(prompt.getByRole('checkbox', { name: ben.displayName })).toBeChecked();
  await prompt.getByRole('button', { name: 'Check-Out' }).click();
  await expect(page.getByRole('heading', { name: 'You’re checked out' })).toBeVisible();
  expect(asked).toEqual(['POST']);
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2, checkedOut: 2 });
});
