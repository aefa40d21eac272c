import { computed, DOCUMENT, effect, inject, Service, signal } from '@angular/core';
import { locale, texts, type Texts, type Translation } from './en';
import { type Forms, formsOf } from './forms';

interface LanguageFile {
  /** For dates and numbers, a BCP 47 tag. */
  locale: string;
  texts: Translation;
}

/** By the tag of the page; each with its own name for itself, and its file, which is loaded when it is needed. */
export const languages = {
  en: { name: 'English', load: (): Promise<LanguageFile> => Promise.resolve({ locale, texts }) },
  es: { name: 'Español', load: (): Promise<LanguageFile> => import('./es') },
  'zh-Hans': { name: '简体中文', load: (): Promise<LanguageFile> => import('./zh-hans') },
  ar: { name: 'العربية', load: (): Promise<LanguageFile> => import('./ar') },
} as const;
export type LanguageTag = keyof typeof languages;

const key = 'exco-language';
/** The page does not wait longer for its texts: English is there. */
const longestMilliseconds = 4_000;

/** In which language the page speaks: chosen before, else the first of the browser's that there is, else English. */
@Service()
export class Language {
  private readonly document = inject(DOCUMENT);
  private readonly file = signal<LanguageFile>({ locale, texts });
  private readonly shown = signal<LanguageTag>('en');
  private asked: LanguageTag = 'en';

  readonly tag = computed(() => this.shown());
  readonly texts = computed<Texts>(() => completed(this.file().texts));
  readonly locale = computed(() => this.file().locale);
  readonly forms = computed<Forms>(() => formsOf(this.locale()));

  constructor() {
    effect(() => {
      const { documentElement } = this.document;
      documentElement.lang = this.tag();
      documentElement.dir = this.tag() === 'ar' ? 'rtl' : 'ltr';
    });
  }

  /** Before the first page is shown. Never fails, and never lasts long. */
  async begin(): Promise<void> {
    const asked = new URLSearchParams(this.document.location.search).get('lang');
    const wanted = [asked ?? '', recorded(), ...navigator.languages].map(known).find((tag) => tag !== null);
    const late = new Promise<void>((resolve) => setTimeout(resolve, longestMilliseconds));
    await Promise.race([this.use(wanted ?? 'en'), late]);
  }

  async choose(tag: LanguageTag): Promise<void> {
    record(tag);
    await this.use(tag);
  }

  /** What cannot be loaded leaves the language as it is. */
  private async use(tag: LanguageTag): Promise<void> {
    this.asked = tag;
    const file = await languages[tag].load().catch(() => null);
    if (!file || this.asked !== tag) return;
    this.file.set(file);
    this.shown.set(tag);
  }
}

/** The language of the page that a BCP 47 tag asks for: by its language alone, as there is one variety of each. */
export function known(tag: string): LanguageTag | null {
  const language = tag.toLowerCase().split('-')[0] ?? '';
  const all = Object.keys(languages) as LanguageTag[];
  return all.find((one) => one.split('-')[0] === language) ?? null;
}

/** English stands in for each text that is missing. */
export function completed(translation: Translation): Texts {
  const sections = Object.entries(texts) as [keyof Texts, object][];
  return Object.fromEntries(
    sections.map(([name, english]) => [name, { ...english, ...translation[name] }]),
  ) as unknown as Texts;
}

function recorded(): string {
  try {
    return localStorage.getItem(key) ?? '';
  } catch {
    return '';
  }
}

function record(tag: LanguageTag): void {
  try {
    localStorage.setItem(key, tag);
  } catch {
    // The choice lasts as long as the page.
  }
}
