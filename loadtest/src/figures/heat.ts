/** Cells of the latency map: one second wide, four to an octave of milliseconds from 1 to 32,768 high. */
const cellsPerOctave = 4;
const cells = 15 * cellsPerOctave + 1;

export function cellOf(milliseconds: number): number {
  const cell = Math.floor(Math.log2(Math.max(1, milliseconds)) * cellsPerOctave);
  return Math.min(cells - 1, cell);
}

/** The lower edge of a cell, in milliseconds. */
export const edgeOf = (cell: number) => 2 ** (cell / cellsPerOctave);

/** Counts by second since the start, then by cell; absent where nothing was. */
export type Heat = Record<number, Record<number, number>>;

export function addHeat(heat: Heat, second: number, cell: number, count = 1): void {
  const column = (heat[second] ??= {});
  column[cell] = (column[cell] ?? 0) + count;
}

export function mergeHeat(into: Heat, from: Heat): void {
  for (const [second, column] of Object.entries(from))
    for (const [cell, count] of Object.entries(column)) addHeat(into, Number(second), Number(cell), count);
}
