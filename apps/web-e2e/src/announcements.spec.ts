import { expect, type Page } from '@playwright/test';
import { host } from './host.ts';
import { classmates } from './school.ts';
import { confirmMyself, test } from './student.ts';

interface Said {
  region: number;
  /** Milliseconds of the page's clock. */
  at: number;
  text: string;
}

/** Notes what each live region of the page comes to say, as a screen reader would: what is hidden from it is left out. */
function listen(): void {
  const said: Said[] = [];
  const regions = new Map<Element, { number: number; text: string }>();
  Object.assign(globalThis, { said });
  const spoken = (region: Element) => {
    const copy = region.cloneNode(true) as Element;
    for (const hidden of copy.querySelectorAll('[aria-hidden=true]')) hidden.remove();
    return copy.textContent.replaceAll(/\s+/g, ' ').trim();
  };
  new MutationObserver(() => {
    for (const region of document.querySelectorAll('[aria-live], [role=status], [role=alert]')) {
      if (region.closest('[aria-hidden=true]')) continue;
      const known = regions.get(region);
      const text = spoken(region);
      if (known?.text === text) continue;
      const number = known?.number ?? regions.size;
      regions.set(region, { number, text });
      said.push({ region: number, at: Date.now(), text });
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

async function saidIn(page: Page, seconds: number): Promise<Said[]> {
  await page.evaluate(() => (globalThis as unknown as { said: Said[] }).said.splice(0));
  // Step by step: each leaves the page the time to paint, and the observer to hear of it.
  for (let passed = 0; passed < seconds; passed++) await page.clock.runFor(1_000);
  return page.evaluate(() => (globalThis as unknown as { said: Said[] }).said);
}

function expectSteps(said: readonly Said[]): void {
  for (const ofOne of Map.groupBy(said, ({ region }) => region).values())
    ofOne.reduce((before, next) => {
      expect(next.at - before.at, `“${before.text}”, then “${next.text}”`).toBeGreaterThanOrEqual(5_000);
      return next;
    });
}

test('what ticks is announced in steps at least five seconds apart', async ({ enter }) => {
  const [ada] = classmates(23);
  const event = await host.plans({ opens: 900, starts: 1_200, ends: 3_600, closes: 7_200 });
  const page = await enter(ada);
  await page.clock.install();
  await page.addInitScript(listen);
  await page.goto(`/events/${event.id}`);
  await confirmMyself(page, ada);
  await page.getByRole('button', { name: 'Check me in at the opening' }).click();
  await expect(page.getByRole('button', { name: 'Not yet: let me change it' })).toBeVisible();
  const minutes = await saidIn(page, 130);
  expect(minutes.filter(({ text }) => /minutes$/.test(text)).length).toBeGreaterThanOrEqual(2);
  expectSteps(minutes);

  await page.goto('/trouble?wait=60000');
  await expect(page.getByText(/^Next try in \d+ s\.$/)).toBeVisible();
  expect(await saidIn(page, 30)).toEqual([]);
});
