import { loadavg } from 'node:os';
import { expect, type Page } from '@playwright/test';
import { host, picture, running } from '../host.ts';
import { classmates } from '../school.ts';
import { test } from '../student.ts';

/** A cheap phone on a line that is just above the minimum: how it is measured for docs/web-performance.md. */
const phone = { slowerBy: 4, kbps: 600, roundTripMilliseconds: 300 };

async function slowDown(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Network.enable');
  const throughput = (phone.kbps * 1_000) / 8;
  await devtools.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: phone.roundTripMilliseconds,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  });
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: phone.slowerBy });
}

interface Noted {
  /** Milliseconds since the page was asked for, at which something was first shown, or done. */
  moments: Record<string, number>;
  /** Of each task that kept the page from answering a touch: when it began, and how long it took. */
  longTasks: { at: number; milliseconds: number }[];
}

/** On the page's own clock: a test looks up to a second apart, and its looks cost the slow processor time. */
function note(shown: Record<string, string>): void {
  const moments: Noted['moments'] = {};
  const longTasks: Noted['longTasks'] = [];
  Object.assign(globalThis, { noted: { moments, longTasks } });
  const now = (name: string) => (moments[name] ??= performance.now());
  new PerformanceObserver((list) =>
    longTasks.push(...list.getEntries().map(({ startTime, duration }) => ({ at: startTime, milliseconds: duration }))),
  ).observe({ type: 'longtask' });
  new MutationObserver(() => {
    for (const [name, selector] of Object.entries(shown))
      if (moments[name] === undefined && document.querySelector(selector)?.checkVisibility())
        requestAnimationFrame(() => now(name));
  }).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['hidden'] });
  document.addEventListener('submit', () => now(moments['list'] === undefined ? 'signs in' : 'checks in'), true);
  const moved = ({ target }: Event) => (target as HTMLVideoElement).currentTime > 0 && now('picture');
  document.addEventListener('timeupdate', moved, true);
}

const noted = (page: Page) => page.evaluate(() => (globalThis as unknown as { noted: Noted }).noted);
const inSeconds = (milliseconds: number) => Number((milliseconds / 1_000).toFixed(2));

test('the slow phone’s figures', async ({ browser }) => {
  test.setTimeout(180_000);
  const [ada] = classmates(30);
  const event = await host.plans(running, { ...picture, minimumKbps: 300 });
  const page = await (await browser.newContext({ viewport: { width: 360, height: 740 } })).newPage();
  await page.addInitScript(note, { 'sign-in': '#username', list: '.row .digits' });
  await slowDown(page);
  await page.goto(`/events/${event.id}`, { waitUntil: 'commit' });
  // By what costs the page least: a look by role or label goes through the whole page, and would be its longest task.
  const shown = (name: string) =>
    page.waitForFunction((moment) => (globalThis as unknown as { noted: Noted }).noted.moments[moment], name, {
      timeout: 60_000,
      polling: 100,
    });
  await shown('sign-in');
  await page.locator('#username').fill(ada.username);
  await page.keyboard.press('Enter');
  await shown('list');
  await page.locator('#own-digits').fill(ada.digits);
  await page.locator('.send .button').waitFor({ timeout: 60_000 });
  // Typing the digits of others takes a student longer than this.
  await page.waitForTimeout(15_000);
  await page.locator('.send .button').click();
  await shown('picture');
  const { moments, longTasks } = await noted(page);
  const at = (name: string) => moments[name] ?? NaN;
  const seconds = {
    'the sign-in is shown': inSeconds(at('sign-in')),
    'from Sign in to the list of classmates': inSeconds(at('list') - at('signs in')),
    'from Check-In to the first picture that moves': inSeconds(at('picture') - at('checks in')),
    'longest task after the sign-in': inSeconds(
      Math.max(0, ...longTasks.filter((task) => task.at > at('sign-in')).map(({ milliseconds }) => milliseconds)),
    ),
  };
  console.log('slow phone:', seconds, longTasks, 'load averages:', loadavg());
  for (const measured of Object.values(seconds)) expect(measured).not.toBeNaN();
});
