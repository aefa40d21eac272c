/** The zeros of the decimal digits of other scripts; their one to nine follow. */
const zeros = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xe50, 0xed0, 0xf20, 0x1040,
  0x17e0, 0xff10,
];

/** The digits in a text as ASCII, whatever script they were typed in: the API takes ASCII alone. */
export function asciiDigits(text: string): string {
  let digits = '';
  for (const letter of text) {
    const code = letter.codePointAt(0) ?? 0;
    const zero = code < 0x80 ? 0x30 : zeros.find((first) => code >= first && code < first + 10);
    if (zero !== undefined && code >= zero && code < zero + 10) digits += String(code - zero);
  }
  return digits;
}
