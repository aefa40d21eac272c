import { expect, type Page } from '@playwright/test';
import { env } from './env.ts';
import { host, instant, running } from './host.ts';
import { classmates } from './school.ts';
import { bring, checkInButton, confirmMyself, rowOf, signIn, test } from './student.ts';

const day = 24 * 3_600_000;

test.describe('a device’s clock that is a day off', () => {
  for (const [how, off] of [
    ['ahead', day],
    ['behind', -day],
  ] as const)
    test(how, async ({ enter }) => {
      const [ada] = classmates(31);
      const event = await host.plans({ opens: 600, starts: 1_200, ends: 3_600, closes: 7_200 });
      const page = await enter(ada);
      await page.clock.install({ time: Date.now() + off });
      await page.goto(`/events/${event.id}`);
      await expect(page.getByTestId('countdown')).toContainText(/(9|10)min/);
      await confirmMyself(page, ada);
      await host.changes(event.id, { opensAt: instant(2) });
      await expect(page).toHaveURL(/check-in$/, { timeout: 10_000 });
      await checkInButton(page).click();
      await expect(page).toHaveURL(/stream$/);
      await expect(page.getByTestId('countdown')).toContainText(/(19|20)min/);
    });
});

test('storage refused, as in private windows: the whole way works', async ({ page }) => {
  const [, ben] = classmates(31);
  const event = await host.plans(running);
  await page.addInitScript(() => {
    const refused = {
      get(): never {
        throw new DOMException('refused', 'SecurityError');
      },
    };
    for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(globalThis, name, refused);
  });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await signIn(page, ben, `/events/${event.id}`);
  await confirmMyself(page, ben);
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
  await page.getByRole('button', { name: 'Save data' }).click();
  await page.locator('#language').selectOption('es');
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await page.reload();
  await expect(page).toHaveURL(/stream$/);
  await host.ends(event.id);
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await expect(page).toHaveURL(/over$/);
  expect(complaints).toEqual([]);
});

/** On a busy machine the page may have tried by itself, and be gone, before the button is pressed. */
async function tryNow(page: Page): Promise<void> {
  await page
    .getByRole('button', { name: 'Try now' })
    .click({ timeout: 5_000 })
    .catch((error: unknown) => {
      if (page.url().includes('/trouble')) throw error;
    });
}

test.describe('JavaScript that is loaded by half', () => {
  test.use({ mayComplain: ['SyntaxError', 'Unexpected end of input', 'Failed to fetch'] });

  test('the file of a later page: said, and nothing is lost', async ({ enter }) => {
    const [, , cleo] = classmates(31);
    const event = await host.plans(running);
    const page = await enter(cleo);
    await page.route(/\.js$/, async (route) => {
      const answer = await route.fetch();
      const text = await answer.text();
      const isLater = text.includes('exco-arrival-note');
      await route.fulfill({ contentType: 'text/javascript', body: isLater ? text.slice(0, text.length / 2) : text });
    });
    await page.goto(`/events/${event.id}`);
    await confirmMyself(page, cleo);
    await checkInButton(page).click();
    await expect(page.getByRole('heading', { name: 'We can’t reach Exco Live' })).toBeVisible();
    expect(await host.counts(event.id)).toMatchObject({ checkedIn: 1 });
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await tryNow(page);
    await expect(page).toHaveURL(/stream$/);
  });

  test('the page itself: a sentence and a way on', async ({ page }) => {
    await page.route(/main-.*\.js$/, (route) =>
      route.fulfill({ contentType: 'text/javascript', body: 'export const a = {' }),
    );
    await page.goto('/sign-in?lang=en');
    const again = page.getByRole('button', { name: /Load again/ });
    await expect(again).toBeHidden();
    // After twelve seconds, of which the test waits one.
    await page.locator('.late').evaluate((late) => {
      for (const animation of late.getAnimations()) animation.currentTime = 11_000;
    });
    await expect(again).toBeVisible();
    await page.unroute(/main-.*\.js$/);
    await again.click();
    await expect(page.getByLabel('Your username')).toBeVisible();
  });
});

test('the address of the page in trouble, as anybody may write it: a way on, on this site', async ({ enter }) => {
  const [, , , dora] = classmates(31);
  const page = await enter(dora);
  // The first try comes after a random while.
  await page.addInitScript(() => (Math.random = () => 0.9));
  const hosts = new Set<string>();
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  const here = new URL(env.baseUrl).host;
  for (const query of [
    'to=//evil.example/x&wait=never&code=<b>busy</b>',
    'to=https://evil.example&wait=-1&code=BUSY',
    'to=/trouble?to=/trouble&wait=1e999',
    'to=%00&to=/%5Cevil.example&wait=',
    '',
  ])
    await test.step(query, async () => {
      await page.goto(`/trouble?${query}`);
      await expect(page.getByRole('heading', { name: /can’t reach Exco Live|Very many are arriving/ })).toBeVisible();
      await expect(page.getByText(/^Next try in [1-9]\d* s\.$/)).toBeVisible();
      await tryNow(page);
      await expect(page).toHaveURL(/\/(events\/\d+\/[a-z-]+|nothing-on|)$/);
      await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(/reach Exco Live/);
    });
  expect([...hosts]).toEqual([here]);
});

test('what looks like markup, in a name and in a title: shown as it is, in each language', async ({ enter }) => {
  const zoe = {
    username: 'zoe.markup.7311',
    displayName: '<b>Zoë</b> & “<img src=x onerror=alert(1)>”',
    digits: '7311',
  };
  const leo = { username: 'leo.markup.7312', displayName: "<script>alert('Leo')</script> {{ 7 * 7 }}", digits: '7312' };
  await host.adds([zoe, leo], 'Markup 1 & 2');
  const title = '<i>Winter</i> {{ 1 + 1 }} <img src=x onerror=alert(2)>';
  const event = await host.plans(running, { title });
  const page = await enter(zoe);
  const alerts: string[] = [];
  page.on('dialog', (dialog) => {
    alerts.push(dialog.message());
    void dialog.dismiss();
  });
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, zoe);
  await bring(page, leo);
  const speaks = async (tag: string) => {
    await page.locator('#language').selectOption(tag);
    await expect(page.locator('html')).toHaveAttribute('lang', tag);
  };
  const languages = ['es', 'zh-Hans', 'ar', 'en'];
  for (const tag of languages) {
    await speaks(tag);
    await expect(page.getByRole('banner')).toContainText(zoe.displayName);
    await expect(page.getByText(title, { exact: true }).first()).toBeVisible();
    await expect(rowOf(page, leo.displayName)).toBeVisible();
  }
  await checkInButton(page).click();
  await expect(page).toHaveURL(/stream$/);
  const hers = await enter(leo);
  await hers.goto(`/events/${event.id}`);
  for (const tag of languages) {
    await speaks(tag);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(page.getByText(leo.displayName)).toBeVisible();
  }
  expect(await page.locator('img[src=x], b, i, main script').count()).toBe(0);
  expect(alerts).toEqual([]);
});
