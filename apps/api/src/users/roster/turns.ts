import { setImmediate as nextTurn } from 'node:timers/promises';

const mostMilliseconds = 5;

/** Lets the event loop turn whenever this work has held it for five milliseconds. */
export class Turns {
  private from = performance.now();

  /** Cheap enough to be asked every few hundred steps. */
  async pause(): Promise<void> {
    if (performance.now() - this.from < mostMilliseconds) return;
    await nextTurn();
    this.from = performance.now();
  }
}

const stepsBetweenLooks = 500;

/** Sorts as `toSorted` does, stably, in many short turns of the loop. */
export async function sortedInTurns<Item>(
  items: readonly Item[],
  compare: (one: Item, other: Item) => number,
): Promise<Item[]> {
  const turns = new Turns();
  let runs: Item[][] = [];
  for (let from = 0; from < items.length; from += stepsBetweenLooks) {
    runs.push(items.slice(from, from + stepsBetweenLooks).sort(compare));
    await turns.pause();
  }
  while (runs.length > 1) {
    const merged: Item[][] = [];
    for (let pair = 0; pair < runs.length; pair += 2)
      merged.push(await mergedInTurns(runs[pair] ?? [], runs[pair + 1] ?? [], compare, turns));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function mergedInTurns<Item>(
  left: readonly Item[],
  right: readonly Item[],
  compare: (one: Item, other: Item) => number,
  turns: Turns,
): Promise<Item[]> {
  const merged: Item[] = [];
  for (let [one, other] = [0, 0]; one < left.length || other < right.length;) {
    const [first, second] = [left[one], right[other]];
    const takesLeft = second === undefined || (first !== undefined && compare(first, second) <= 0);
    const next = takesLeft ? left[one++] : right[other++];
    if (next !== undefined) merged.push(next);
    if (merged.length % stepsBetweenLooks === 0) await turns.pause();
  }
  return merged;
}
