import { type BrowserContextOptions, expect, type Page, test as base } from '@playwright/test';
import { env } from './env.ts';
import type { Pupil } from './school.ts';

export type Enter = (pupil: Pupil, options?: BrowserContextOptions) => Promise<Page>;

interface Fixtures {
  /** A student at a browser of their own, signed in; no page is open yet. */
  enter: Enter;
  /** Parts of console lines that a test expects. */
  mayComplain: string[];
}

/** The browser itself notes every answer that is an error, also those the page asked for. */
const theBrowsersOwn = 'Failed to load resource: the server responded with a status of 401';

/** As the page remembers that somebody signed in here. */
const signedInMark = {
  cookies: [],
  origins: [{ origin: new URL(env.baseUrl).origin, localStorage: [{ name: 'exco-signed-in', value: '1' }] }],
};

export const test = base.extend<Fixtures>({
  mayComplain: [[], { option: true }],
  enter: async ({ browser, mayComplain }, use) => {
    const complaints: string[] = [];
    const contexts: { close: () => Promise<void> }[] = [];
    await use(async ({ username }, options = {}) => {
      const context = await browser.newContext({ ...options, storageState: signedInMark });
      contexts.push(context);
      // Past the sign-in page, which has tests of its own: it is not loaded once more for every student.
      expect((await context.request.post('/api/session', { data: { username } })).status()).toBe(200);
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      return page;
    });
    for (const context of contexts) await context.close();
    const expected = [theBrowsersOwn, ...mayComplain];
    expect(complaints.filter((text) => !expected.some((part) => text.includes(part)))).toEqual([]);
  },
});

/** By the page, on the way to this address of it. */
export async function signIn(page: Page, { username, displayName }: Pupil, returnTo: string): Promise<void> {
  await page.goto(`/sign-in?returnTo=${returnTo}`);
  await page.getByLabel('Your username').fill(username);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('banner').getByText(displayName)).toBeVisible();
}

/** On the check-in page: waits for the connection test and types the student's own digits. */
export async function confirmMyself(page: Page, { digits }: Pupil): Promise<void> {
  await page.getByLabel('Your last four digits').fill(digits);
}

export async function bring(page: Page, { displayName, digits }: Pupil): Promise<void> {
  await digitsOf(page, displayName).fill(digits);
  await expect(rowOf(page, displayName)).toContainText('Added');
}

export const rowOf = (page: Page, displayName: string) =>
  page.getByRole('listitem').filter({ has: page.locator('label', { hasText: displayName }) });

export const digitsOf = (page: Page, displayName: string) => rowOf(page, displayName).getByRole('textbox');

export const checkInButton = (page: Page) => page.getByRole('button', { name: 'Check-In' });

export const totalAttendance = (page: Page) => page.getByTestId('total-attendance');

/** The picture moves. */
export async function expectPlaying(page: Page): Promise<void> {
  const seconds = () => page.locator('video').evaluate((video: HTMLVideoElement) => video.currentTime);
  await expect.poll(seconds, { timeout: 20_000 }).toBeGreaterThan(0);
  const before = await seconds();
  await expect.poll(seconds).toBeGreaterThan(before + 0.5);
}

export async function checkIn(page: Page, eventId: number, pupil: Pupil, others: Pupil[] = []): Promise<void> {
  await page.goto(`/events/${eventId}/check-in`);
  await confirmMyself(page, pupil);
  for (const other of others) await bring(page, other);
  await checkInButton(page).click();
  await expect(page).toHaveURL(new RegExp(`/events/${eventId}/stream$`));
}
