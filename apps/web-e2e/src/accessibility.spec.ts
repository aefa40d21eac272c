import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import axe from 'axe-core';
import { env } from './env.ts';
import { everyLook, type Look, rareLooks } from './looks.ts';
import { test } from './student.ts';

test.use({ mayComplain: ['status of 404', 'status of 401', 'status of 429'], reducedMotion: 'reduce' });

interface Setting {
  scheme: 'light' | 'dark' | 'forced';
  width: keyof typeof heights;
  language: string;
}

const schemes = ['light', 'dark', 'forced'] as const;
/** By width. The lowest is a phone held sideways. */
const heights = { 320: 740, 360: 740, 768: 900, 800: 360, 1440: 900 } as const;
const widths = [320, 360, 768, 800, 1440] as const;
const languages = ['en', 'es', 'zh-Hans', 'ar'];

/** All of them take minutes: `npm run test:looks`, which keeps pictures too. */
const { picturesIn } = env;
const few: Setting[] = [
  { scheme: 'light', width: 1440, language: 'en' },
  { scheme: 'dark', width: 320, language: 'ar' },
  { scheme: 'forced', width: 360, language: 'es' },
];
const all: Setting[] = schemes.flatMap((scheme) =>
  widths.flatMap((width) => languages.map((language) => ({ scheme, width, language }))),
);

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

async function turnTo(page: Page, { scheme, width, language }: Setting): Promise<void> {
  await page.emulateMedia(
    scheme === 'forced' ? { forcedColors: 'active' } : { forcedColors: 'none', colorScheme: scheme },
  );
  await page.setViewportSize({ width, height: heights[width] });
  // The dialog of the check-out stands before the choice.
  await page.locator('#language').evaluate((choice: HTMLSelectElement, tag) => {
    choice.value = tag;
    choice.dispatchEvent(new Event('change'));
  }, language);
  await expect(page.locator('html')).toHaveAttribute('lang', language);
  // What is out of view keeps the styles of the scheme before, until somebody comes to see it.
  await page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync('* { content-visibility: visible !important; }');
    // Not as an element: the page's policy allows none of ours.
    document.adoptedStyleSheets = [sheet];
    return new Promise<void>((painted) => requestAnimationFrame(() => painted()));
  });
}

/** What is said on the picture is within it. */
function cutOnPicture(): string[] {
  const picture = document.querySelector('.picture .over')?.getBoundingClientRect();
  return [...document.querySelectorAll('.picture .over > *')].flatMap((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const isCut = picture && (top < picture.top || bottom > picture.bottom);
    return isCut ? [`cut on the picture: ${element.outerHTML.slice(0, 120)}`] : [];
  });
}

/** In forced colours backgrounds are gone: a button without an edge is read as text. */
function buttonsWithoutEdge(): string[] {
  if (!matchMedia('(forced-colors: active)').matches) return [];
  return [...document.querySelectorAll('button, .button')]
    .filter((button) => button.checkVisibility() && getComputedStyle(button).borderBlockStartWidth === '0px')
    .map((button) => `no edge: ${button.outerHTML.slice(0, 120)}`);
}

/** What takes the focus of the keyboard shows it by an outline that stands out from what is around it (WCAG 1.4.11). */
function focusNotSeen(): string[] {
  type Colour = [number, number, number, number];
  const parts = (colour: string) => (/^rgba?\((.*)\)$/.exec(colour)?.[1] ?? '0, 0, 0, 0').split(/[ ,/]+/).map(Number);
  const read = (colour: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = parts(colour);
    return [red, green, blue, alpha];
  };
  const luminance = ([red, green, blue]: Colour) => {
    const linear = (value: number) => (value <= 10 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  };
  /** Gradients are those of the dark halves of the pages. */
  const around = (element: Element | null): Colour => {
    if (!element) return [255, 255, 255, 1];
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    const colour = read(backgroundColor);
    if (colour[3] > 0.9) return colour;
    return backgroundImage === 'none' ? around(element.parentElement) : [10, 42, 34, 1];
  };
  if (matchMedia('(forced-colors: active)').matches) return [];
  const elements = [...document.querySelectorAll<HTMLElement>('a, button, input, select')];
  return elements.flatMap((element) => {
    element.focus();
    if (document.activeElement !== element) return [];
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const both = [luminance(read(outlineColor)), luminance(around(element.parentElement))];
    const contrast = (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    const isSeen = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && contrast >= 3;
    return isSeen
      ? []
      : [`focus not seen (${outlineStyle}, ${contrast.toFixed(1)}): ${element.outerHTML.slice(0, 120)}`];
  });
}

/** With texts that are 40 % longer, without a further space to break at: nothing may leave the page, or its own edges. */
function cutWhenLonger(): string[] {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const changed: [Text, string][] = [];
  while (texts.nextNode()) {
    const text = texts.currentNode as Text;
    // Names are as long as they are.
    if (!/\p{L}{2}/u.test(text.data) || text.parentElement?.closest('bdi, select, noscript, .sr-only')) continue;
    const words = text.data.trimEnd();
    changed.push([text, text.data]);
    text.data = words + words.trim().slice(0, Math.ceil(words.trim().length * 0.4));
  }
  const { clientWidth, scrollWidth } = document.documentElement;
  const found = scrollWidth > clientWidth ? [`longer texts: scrolls sideways by ${scrollWidth - clientWidth} px`] : [];
  for (const element of document.querySelectorAll('button, a, label, legend, h1, h2, h3, p, dt, dd, li')) {
    if (!element.checkVisibility() || element.closest('.sr-only, .skip')) continue;
    const { left, right } = element.getBoundingClientRect();
    const isCut = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline';
    if (isCut || left < -1 || right > clientWidth + 1)
      found.push(`longer texts: cut: ${element.outerHTML.slice(0, 120)}`);
  }
  for (const [text, before] of changed) text.data = before;
  return found;
}

/**
 * The page at rest: nothing has the focus, whose link to the content lies over the header, and what stays in sight over a
 * list covers no part of it, until `moving` is called.
 */
function atRest(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  scrollTo(0, 0);
  for (const element of document.querySelectorAll<HTMLElement>('main *'))
    if (getComputedStyle(element).position === 'sticky') {
      element.style.position = 'relative';
      element.dataset['sticky'] = '';
    }
}

function moving(): void {
  for (const element of document.querySelectorAll<HTMLElement>('[data-sticky]')) {
    element.style.position = '';
    delete element.dataset['sticky'];
  }
}

/** Gives what is wrong, each with where it stands. */
async function findings({ page }: Look): Promise<string[]> {
  await page.evaluate(atRest);
  await page.evaluate(axe.source);
  const found = await page.evaluate(async (values) => {
    const run = (globalThis as unknown as { axe: { run: (options: object) => Promise<axe.AxeResults> } }).axe.run;
    const { violations } = await run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any }) => `${id}: ${html.slice(0, 160)} ${any[0]?.message ?? ''}`),
    );
  }, rules);
  await page.evaluate(moving);
  const scrolls = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  if (scrolls > 0) found.push(`scrolls sideways by ${scrolls} px`);
  found.push(...(await page.evaluate(cutOnPicture)), ...(await page.evaluate(cutWhenLonger)));
  // From now on the focus is one of the keyboard.
  await page.keyboard.press('Tab');
  return [...found, ...(await page.evaluate(buttonsWithoutEdge)), ...(await page.evaluate(focusNotSeen))];
}

async function findingsIn(looks: AsyncGenerator<Look>): Promise<string[]> {
  test.setTimeout(picturesIn ? 3_600_000 : 180_000);
  if (picturesIn) mkdirSync(picturesIn, { recursive: true });
  const wrong: string[] = [];
  for await (const look of looks) {
    for (const setting of picturesIn ? all : few) {
      await turnTo(look.page, setting);
      const name = `${look.name}-${setting.scheme}-${setting.width}-${setting.language}`;
      if (picturesIn) await look.page.screenshot({ path: join(picturesIn, `${name}.png`), fullPage: true });
      wrong.push(...(await findings(look)).map((what) => `${name}: ${what}`));
    }
    await turnTo(look.page, { scheme: 'light', width: 1440, language: 'en' });
  }
  return wrong;
}

test('no page has a finding, in any scheme, width and language', async ({ enter }) => {
  expect(await findingsIn(everyLook(enter))).toEqual([]);
});

if (picturesIn)
  test('nor what most students never see', async ({ enter }) => {
    expect(await findingsIn(rareLooks(enter))).toEqual([]);
  });
