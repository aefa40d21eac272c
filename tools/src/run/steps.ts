import { interruption } from '@exco/local-stack';

export function seconds(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 1000)} s`;
}

export const say = (line: string) => console.log(`  ${line}`);

/**
 * Says what is being done, does it, and says how long it took. Nothing begins once an end is asked for.
 * @param act may print: what it prints stands between the two lines
 */
export async function step<T>(doing: string, act: () => T | Promise<T>): Promise<T> {
  interruption.throwIfAborted();
  const from = performance.now();
  say(`${doing} …`);
  const result = await act();
  interruption.throwIfAborted();
  const took = performance.now() - from;
  if (took > 500) say(`  done in ${seconds(took)}`);
  return result;
}
