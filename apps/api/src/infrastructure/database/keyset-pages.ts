/**
 * Reads a long result page by page, each from the key of the last row on: no transaction stays open while somebody
 * downloads, one page is in memory, and the last page costs what the first does.
 * @param read the rows behind this key, in the order of the key; none: the end
 */
export async function* keysetPages<Row, Key>(
  first: Key,
  read: (after: Key) => Promise<Row[]>,
  keyOf: (row: Row) => Key,
): AsyncGenerator<Row[]> {
  let after = first;
  for (;;) {
    const page = await read(after);
    const last = page.at(-1);
    if (last === undefined) return;
    yield page;
    after = keyOf(last);
  }
}
