import { expect, type Page } from '@playwright/test';
import { host, running } from '../host.ts';
import { classmates } from '../school.ts';
import { checkIn, checkInButton, confirmMyself, test } from '../student.ts';

test.use({ mayComplain: ['net::ERR_'] });

/** Long enough that the next try of its own would be many seconds away. */
const outage = 12_000;
/** Milliseconds of the page, from the line's return to the request that goes on; the turn of a school's pages is in it. */
const onWithin = 3_000;

/** When the line came back, and what was sent since, on the page's own clock. */
interface Returned {
  at: number;
  sent: { path: string; at: number }[];
}

function noteReturn(): void {
  addEventListener('online', () => {
    const returned: Returned = { at: performance.now(), sent: [] };
    Object.assign(globalThis, { returned });
    const send = globalThis.fetch;
    globalThis.fetch = (what, options) => {
      returned.sent.push({ path: typeof what === 'string' ? what : '', at: performance.now() });
      return send(what, options);
    };
  });
}

async function through(
  page: Page,
  { sends, request, goesOn }: { sends: () => Promise<void>; request: RegExp; goesOn: RegExp },
) {
  await page.evaluate(noteReturn);
  await page.context().setOffline(true);
  await sends();
  await expect(page.getByText(/Check your internet connection/).first()).toBeVisible();
  await page.waitForTimeout(outage);
  await page.context().setOffline(false);
  await expect(page).toHaveURL(goesOn);
  const { at, sent } = await page.evaluate(() => (globalThis as unknown as { returned: Returned }).returned);
  const first = sent.find(({ path }) => request.test(path));
  expect((first?.at ?? Infinity) - at).toBeLessThan(onWithin);
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

  const checkOut = () => leaves.getByRole('button', { name: 'Check-Out' }).click();
  await Promise.all([
    through(leaves, { sends: checkOut, request: /check-outs$/, goesOn: /over$/ }),
    through(comes, { sends: () => checkInButton(comes).click(), request: /check-ins/, goesOn: /stream$/ }),
    through(starts, { sends: () => starts.keyboard.press('Enter'), request: /session/, goesOn: /check-in$/ }),
  ]);
  await context.close();
});
