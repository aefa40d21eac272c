/** The forms of a word by number, of those that the language has; `#` stands for the number. */
export type PluralForms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** Scripts that are written from right to left. */
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** How a language writes numbers, lists and spans of time. */
export interface Forms {
  number: (value: number, options?: Intl.NumberFormatOptions) => string;
  plural: (forms: PluralForms) => (count: number) => string;
  list: (names: readonly string[]) => string;
  /** `2 hours`, `5 minutes`. */
  span: (count: number, unit: 'day' | 'hour' | 'minute' | 'second') => string;
  /** A name inside a sentence. Where it runs in the other direction, the words around it keep theirs. */
  named: (name: string) => string;
}

function whenNeeded<Thing>(make: () => Thing): () => Thing {
  let made: Thing | undefined;
  return () => (made ??= make());
}

/** @param locale a BCP 47 tag; Arabic keeps Latin digits, because usernames end in them */
export function formsOf(locale: string): Forms {
  // Made at once they would keep a slow phone a quarter of a second from its first page.
  const rules = whenNeeded(() => new Intl.PluralRules(locale));
  const list = whenNeeded(() => new Intl.ListFormat(locale));
  const plain = whenNeeded(() => new Intl.NumberFormat(locale));
  const runsToTheLeft = locale.startsWith('ar');
  const number: Forms['number'] = (value, options) =>
    (options ? new Intl.NumberFormat(locale, options) : plain()).format(value);
  return {
    number,
    plural: (forms) => (count) => (forms[rules().select(count)] ?? forms.other).replace('#', number(count)),
    list: (names) => list().format(names),
    span: (count, unit) => number(count, { style: 'unit', unit, unitDisplay: 'long' }),
    named: (name) => (rightToLeft.test(name) === runsToTheLeft ? name : `\u2068${name}\u2069`),
  };
}
