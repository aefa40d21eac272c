export type RowOutcome<Result> = { kind: 'written'; result: Result } | { kind: 'refused'; error: unknown };

/**
 * Writes rows in one statement. A faulty row fails the whole statement: halving finds it, and the others go through.
 * @param write all or nothing; gives one result a row, in their order
 * @param isOfARow whether an error may come from one of the rows. Any other error ends the work and is thrown; what was
 * written before it stays written, so `write` must bear being repeated
 */
export async function bisect<Row, Result>(
  rows: readonly Row[],
  write: (rows: readonly Row[]) => Promise<readonly Result[]>,
  isOfARow: (error: unknown) => boolean,
): Promise<RowOutcome<Result>[]> {
  try {
    const results = await write(rows);
    return results.map((result) => ({ kind: 'written', result }));
  } catch (error) {
    if (!isOfARow(error)) throw error;
    if (rows.length <= 1) return rows.map(() => ({ kind: 'refused', error }));
    const middle = rows.length >> 1;
    return [
      ...(await bisect(rows.slice(0, middle), write, isOfARow)),
      ...(await bisect(rows.slice(middle), write, isOfARow)),
    ];
  }
}
