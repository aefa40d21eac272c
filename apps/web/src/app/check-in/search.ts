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

/** Whether every word searched for begins a word of the text, in any order. */
export function matches(text: string, searched: string): boolean {
  const words = plain(text).split(/[\s-]+/);
  return plain(searched)
    .split(/[\s-]+/)
    .every((part) => words.some((word) => (withoutSpaces.test(part) ? word.includes(part) : word.startsWith(part))));
}
