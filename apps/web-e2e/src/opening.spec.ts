import { expect, type Page } from '@playwright/test';
import { host, instant, type Times } from './host.ts';
import { classmates, type Pupil } from './school.ts';
import { checkInButton, confirmMyself, digitsOf, test } from './student.ts';

test.use({ mayComplain: ['status of 409'] });

const opensIn = (seconds: number): Times => ({ opens: seconds, starts: seconds + 600, ends: 3_600, closes: 7_200 });
const atTheOpening = (page: Page) => page.getByRole('button', { name: 'Check me in at the opening' });
const pressed = (page: Page) => page.getByRole('button', { name: 'Not yet: let me change it' });
/** Checked at once or, where the server can not be asked, with the check-in. */
async function bring(page: Page, { displayName, digits }: Pupil): Promise<void> {
  await digitsOf(page, displayName).fill(digits);
  await expect(page.getByText('1 classmate comes along').or(pressed(page))).toBeVisible();
}

const ownDigits = (page: Page) => page.getByLabel('Your last four digits');

async function getReady(page: Page, eventId: number, pupil: Pupil): Promise<void> {
  await page.goto(`/events/${eventId}`);
  await expect(page).toHaveURL(/waiting$/);
  await confirmMyself(page, pupil);
  await expect(page.getByText('Fast enough for the stream')).toBeVisible({ timeout: 60_000 });
}

const groupsOfPages = 5;

test('twenty pages wait for one opening: each is checked in by itself, and nothing is loaded then', async ({
  enter,
}) => {
  test.setTimeout(400_000);
  const event = await host.plans(opensIn(800));
  let opensAt = Infinity;
  const loadedLate: string[] = [];
  const isPrepared = /connection-test|classmates/;
  const prepare = async (pupil: Pupil, brought?: Pupil): Promise<Page> => {
    const page = await enter(pupil);
    page.on('request', (request) => {
      const ofThePage = ['script', 'stylesheet'].includes(request.resourceType());
      if (
        Date.now() >= opensAt - 1_000 &&
        /waiting|check-in/.test(page.url()) &&
        (ofThePage || isPrepared.test(request.url()))
      )
        loadedLate.push(request.url());
    });
    await getReady(page, event.id, pupil);
    if (brought) await bring(page, brought);
    await atTheOpening(page).click();
    await expect(pressed(page)).toBeVisible();
    return page;
  };
  const pages: Page[] = [];
  for (let which = 11; which < 11 + groupsOfPages; which++) {
    const [ada, ben, cleo, dora, emil] = classmates(which);
    const group = [prepare(ada, emil), prepare(ben), prepare(cleo), prepare(dora)];
    pages.push(...(await Promise.all(group)));
  }
  const [first] = pages;
  if (!first) throw new Error('no page');
  await expect(first.getByTestId('waiting')).toHaveText(`${pages.length} are waiting`, { timeout: 10_000 });
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 0 });
  // A host who is ready earlier: however long it took until here, they all wait for this moment now.
  opensAt = Date.parse((await host.changes(event.id, { opensAt: instant(10) })).opensAt);
  for (const page of pages) await expect(page).toHaveURL(/stream$/, { timeout: 60_000 });
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: pages.length + groupsOfPages });
  expect(loadedLate).toEqual([]);
});

test('a reload while waiting keeps what was typed and pressed, and measures nothing again', async ({ enter }) => {
  const [ada, ben] = classmates(19);
  const event = await host.plans(opensIn(200));
  const page = await enter(ada);
  await getReady(page, event.id, ada);
  await bring(page, ben);
  await atTheOpening(page).click();
  await expect(pressed(page)).toBeVisible();
  const images: string[] = [];
  page.on('request', (request) => request.url().includes('connection-test') && images.push(request.url()));
  await page.reload();
  await expect(ownDigits(page)).toHaveValue(ada.digits);
  await expect(digitsOf(page, ben.displayName)).toHaveValue(ben.digits, { timeout: 15_000 });
  await expect(pressed(page)).toBeVisible();
  await host.changes(event.id, { opensAt: instant(2) });
  await expect(page).toHaveURL(/stream$/, { timeout: 60_000 });
  expect(images).toEqual([]);
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2 });
});

test('a moved opening moves the page, later and earlier; who has not pressed keeps what was typed', async ({
  enter,
}) => {
  const [, , cleo, dora] = classmates(16);
  const event = await host.plans(opensIn(200));
  const hers = await enter(cleo);
  await getReady(hers, event.id, cleo);
  await atTheOpening(hers).click();
  const his = await enter(dora);
  await getReady(his, event.id, dora);

  await host.changes(event.id, { opensAt: instant(800), startsAt: instant(1_100) });
  for (const page of [hers, his])
    await expect(page.getByTestId('countdown')).toContainText(/(12|13)min/, { timeout: 5_000 });
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 0 });
  await expect(pressed(hers)).toBeVisible();

  await host.changes(event.id, { opensAt: instant(3) });
  await expect(hers).toHaveURL(/stream$/, { timeout: 15_000 });
  await expect(his).toHaveURL(/check-in$/);
  await expect(ownDigits(his)).toHaveValue(dora.digits);
  await checkInButton(his).click();
  await expect(his).toHaveURL(/stream$/);
});

test('two tabs and another device that have pressed, and a classmate who checks me in before my slot: one row each', async ({
  enter,
}) => {
  test.setTimeout(120_000);
  const [ada, ben] = classmates(18);
  const event = await host.plans(opensIn(200));
  const page = await enter(ada);
  await getReady(page, event.id, ada);
  const other = await page.context().newPage();
  await getReady(other, event.id, ada);
  const device = await enter(ada);
  await getReady(device, event.id, ada);
  // Ready and not pressed: whatever the other devices do at the opening takes it along.
  const notPressed = await enter(ada);
  await getReady(notPressed, event.id, ada);
  const bens = await enter(ben);
  await getReady(bens, event.id, ben);
  await bring(bens, ada);
  for (const each of [page, other, device, bens]) await atTheOpening(each).click();
  await host.changes(event.id, { opensAt: instant(2) });
  for (const each of [page, other, device, notPressed, bens])
    await expect(each).toHaveURL(/stream$/, { timeout: 60_000 });
  expect(await host.counts(event.id)).toMatchObject({ checkedIn: 2 });
});

test('an event that ends before its opening, and one that can not be prepared yet', async ({ enter }) => {
  const [ada] = classmates(17);
  const event = await host.plans({ opens: 3_600, starts: 3_700, ends: 7_200, closes: 9_000 });
  const page = await enter(ada);
  await page.goto(`/events/${event.id}`);
  await expect(page.getByText(/on you can get ready here/)).toBeVisible();
  await expect(ownDigits(page)).toBeHidden();
  await host.changes(event.id, { preparesAt: instant(-5) });
  await confirmMyself(page, ada);
  await host.ends(event.id);
  await expect(page.getByRole('heading', { name: 'This event has ended' })).toBeVisible();
});

test('a first visit asks nobody, and the console stays empty', async ({ browser }) => {
  const page = await (await browser.newContext()).newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => request.url().includes('/api/') && asked.push(request.url()));
  await page.goto('/');
  await expect(page.getByLabel('Your username')).toBeVisible();
  await page.waitForLoadState('networkidle');
  expect([complaints, asked]).toEqual([[], []]);
  await page.context().close();
});
