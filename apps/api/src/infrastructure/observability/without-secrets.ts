const hidden = '…';

/** In this order: what a pattern has hidden, the next one leaves alone. */
const patterns: [RegExp, string][] = [
  // Passwords in addresses: mysql://user:password@host
  [/\b(\w+:\/\/[^\s:/@]*:)[^\s@]+@/g, `$1${hidden}@`],
  [/\b(Bearer\s+)[^\s"',]+/gi, `$1${hidden}`],
  [/\b((?:__Host-)?exco_\w+=)[^\s;"',]+/g, `$1${hidden}`],
  // JSON Web Tokens, and signed links behind their #
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, hidden],
];

/** A line of the log without what its reader could sign in with: tokens, cookies and passwords. */
export function withoutSecrets(text: string): string {
  return patterns.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
