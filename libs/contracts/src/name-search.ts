/** Letters that are not a plain letter with a mark on it, as somebody without them on the keyboard would type. */
const plainLetters: Record<string, string> = {
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  æ: 'ae',
  œ: 'oe',
  ß: 'ss',
  ı: 'i',
};

/** Without case, accents and apostrophes: `Zoë O’Neill` → `zoe oneill`. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .toLowerCase()
    .replace(/\p{M}|['’‘ʼ`]/gu, '')
    .replace(/[øłđðþæœßı]/g, (letter) => plainLetters[letter] ?? letter);
}

/** Scripts that put no space between family name and given name. */
const withoutSpaces = /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** The words of a name, as they are compared. */
export const wordsOf = (name: string): string[] => plain(name).split(/[\s-]+/);

/** Whether every word searched for begins a word of the name, in any order. Page and server use this one rule. */
export function matches(name: string, searched: string): boolean {
  return wordsMatch(wordsOf(name), wordsOf(searched));
}

/** As `matches`, of words that were taken apart before. */
export function wordsMatch(words: readonly string[], searched: readonly string[]): boolean {
  return searched.every((part) =>
    words.some((word) => (withoutSpaces.test(part) ? word.includes(part) : word.startsWith(part))),
  );
}
