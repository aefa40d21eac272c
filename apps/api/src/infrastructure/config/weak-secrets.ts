/** Words that people put where a secret belongs. */
const wellKnown =
  /admin|administrator|change|changeit|default|demo|example|exco|letmein|live|me|password|please|qwerty|root|secret|session|test|token|abcdefgh(ijklmnopqrstuvwxyz)?|0?123456789?0?|1234/gi;
const leastLetters = 6;
const leastDifferentCharacters = 8;

/** Why somebody would guess this; null when it looks random enough. Length is judged elsewhere. */
export function weaknessOf(secret: string): string | null {
  if (/^(.{1,8}?)\1+.{0,7}$/s.test(secret)) return 'repeats itself';
  if (new Set(secret).size < leastDifferentCharacters) return 'has too few different characters';
  const left = secret.replace(wellKnown, '').replace(/[^\p{Letter}\p{Number}]/gu, '');
  return left.length < leastLetters ? 'is made of well-known words' : null;
}

interface Secrets {
  ADMIN_TOKEN: readonly string[];
  SESSION_SECRET: string;
  LAUNCH_SECRET?: string | undefined;
}

/** What is wrong with the secrets of a production system, as `[name, sentence]`. The sentences do not contain the secrets. */
export function weakSecrets({ ADMIN_TOKEN, SESSION_SECRET, LAUNCH_SECRET }: Secrets): [string, string][] {
  const all: [string, string][] = ADMIN_TOKEN.map((token): [string, string] => ['ADMIN_TOKEN', token]);
  all.push(['SESSION_SECRET', SESSION_SECRET]);
  if (LAUNCH_SECRET) all.push(['LAUNCH_SECRET', LAUNCH_SECRET]);
  return all.flatMap(([name, secret], index) => {
    const weakness = weaknessOf(secret);
    const twin = all.slice(0, index).find(([other, text]) => text === secret && other !== name);
    return [
      ...(weakness ? [[name, `${weakness}: make one with “openssl rand -base64 32”`] as [string, string]] : []),
      ...(twin ? [[name, `must not be the same as ${twin[0]}`] as [string, string]] : []),
    ];
  });
}
