import { expect, type Page } from '@playwright/test';
import { host, running } from './host.ts';
import { classmates, classOf, longestName, names } from './school.ts';
import { checkIn, checkInButton, confirmMyself, rowOf, signIn, test } from './student.ts';

const small = { width: 320, height: 640 };

/** Whatever stands in the page is within its width. */
async function expectNoSideways(page: Page): Promise<void> {
  const tooWide = () => {
    const { clientWidth, scrollWidth } = document.documentElement;
    const wide = [...document.querySelectorAll('button, a, input, select, label, h1, h2, p')].filter((element) => {
      const { left, right, width } = element.getBoundingClientRect();
      return width > 1 && (left < -1 || right > clientWidth + 1) && !element.closest('.sr-only, .skip');
    });
    return { scrolls: scrollWidth - clientWidth, wide: wide.map((element) => element.outerHTML.slice(0, 120)) };
  };
  expect(await page.evaluate(tooWide)).toEqual({ scrolls: 0, wide: [] });
}

test('the longest name of the school, on the smallest phone', async ({ enter }) => {
  const [longest, friend] = classOf(longestName());
  if (!friend) throw new Error('nobody is in the class of the longest name');
  const event = await host.plans(running);
  const page = await enter(longest);
  await page.setViewportSize(small);
  await page.context().clearCookies();
  await signIn(page, longest, '/nothing-on');
  await expectNoSideways(page);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, longest);
  await expect(rowOf(page, friend.displayName)).toBeVisible();
  await expect(checkInButton(page)).toBeVisible();
  await expectNoSideways(page);

  const friends = await enter(friend);
  await friends.setViewportSize(small);
  await checkIn(friends, event.id, friend, [longest]);
  await expectNoSideways(friends);
  await expect(page).toHaveURL(/stream$/);
  await expectNoSideways(page);
  await host.ends(event.id);
  await expect(friends.getByRole('dialog').getByRole('checkbox')).toHaveCount(2);
  await expectNoSideways(friends);
  await friends.getByRole('button', { name: 'Check-Out' }).click();
  for (const each of [friends, page]) await expect(each).toHaveURL(/over$/);
  for (const each of [friends, page]) await expectNoSideways(each);
});

test('no name of the school makes the smallest phone’s pages scroll sideways', async ({ enter }) => {
  const [, , cleo, dora] = classmates(26);
  const event = await host.plans(running);
  const page = await enter(cleo);
  await page.setViewportSize(small);
  await page.goto(`/events/${event.id}`);
  await expect(rowOf(page, dora.displayName)).toBeVisible();
  const all = names();
  expect(all.length).toBeGreaterThan(5_000);
  // As many at a time as there are rows; the header shows one of them.
  const tooWide = (given: string[]) => {
    const places = [...document.querySelectorAll('.student-name, .row .name')];
    const found: string[] = [];
    for (let from = 0; from < given.length; from += places.length) {
      const some = given.slice(from, from + places.length);
      places.forEach((place, index) => (place.textContent = some[index] ?? ''));
      const { clientWidth, scrollWidth } = document.documentElement;
      const cut = [...document.querySelectorAll('.row, .row input')].some(
        (element) => element.getBoundingClientRect().right > clientWidth || element.getBoundingClientRect().left < 0,
      );
      if (scrollWidth > clientWidth || cut) found.push(...some);
    }
    return found;
  };
  expect(await page.evaluate(tooWide, all)).toEqual([]);
  const longestFirst = all.sort((one, other) => other.length - one.length).slice(0, 300);
  const tooWideInHeader = (given: string[]) => {
    const [place] = document.querySelectorAll('.student-name');
    return given.filter((name) => {
      if (place) place.textContent = name;
      const right = document.querySelector('.sign-out')?.getBoundingClientRect().right ?? Infinity;
      // What is too wide towards the beginning is cut, and makes nothing scroll.
      const left = place?.getBoundingClientRect().left ?? -1;
      return left < 0 || Math.max(document.documentElement.scrollWidth, right) > document.documentElement.clientWidth;
    });
  };
  expect(await page.evaluate(tooWideInHeader, longestFirst)).toEqual([]);
});

test('digits of other scripts and a whole username are digits; a name without spaces is found by its given name', async ({
  enter,
}) => {
  const [wei, friend] = classOf('张伟芳');
  if (!friend) throw new Error('nobody is in the class of 张伟芳');
  const event = await host.plans(running);
  const page = await enter(friend);
  await page.goto(`/events/${event.id}`);
  const own = page.getByLabel('Your last four digits');
  for (const [typed, kept] of [
    ['١٢٣٤', '1234'],
    ['۵۶۷۸', '5678'],
    ['०१२३', '0123'],
    ['４５６７', '4567'],
  ] as const) {
    await own.fill(typed);
    await expect(own).toHaveValue(kept);
  }
  // A whole username, pasted.
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.evaluate((text) => navigator.clipboard.writeText(text), friend.username);
  await own.fill('');
  await page.keyboard.press('ControlOrMeta+V');
  await expect(own).toHaveValue(friend.digits);

  await page.getByRole('searchbox').fill('伟芳');
  await expect(rowOf(page, wei.displayName)).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^\d+ classmates? found$/ })).toBeAttached();
});

test('held sideways the whole picture fits; a wide screen is used', async ({ enter }) => {
  const [ada] = classmates(26);
  const event = await host.plans(running);
  const page = await enter(ada, { viewport: { width: 800, height: 360 } });
  await checkIn(page, event.id, ada);
  const picture = page.locator('video');
  await picture.scrollIntoViewIfNeeded();
  const sideways = await picture.boundingBox();
  expect(sideways?.height).toBeLessThanOrEqual(360);
  expect(sideways?.height).toBeGreaterThan(200);
  await expect(picture).toBeInViewport({ ratio: 0.99 });

  await page.setViewportSize({ width: 1440, height: 900 });
  const wide = await picture.boundingBox();
  expect(wide?.width).toBeGreaterThan(960);
  await expect(picture).toBeInViewport({ ratio: 0.99 });
});
