/** Spreadsheets take UTF-8 for what it is only when this stands first. */
export const byteOrderMark = '\ufeff';

/**
 * A cell that begins like this is run as a formula by spreadsheets; an apostrophe before it makes it text.
 * Source: OWASP, CSV Injection.
 */
const formula = /^[=+\-@\t\r]/;

type Cell = string | number | boolean | null | readonly string[];

function written(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'boolean') return cell ? 'yes' : 'no';
  const text = typeof cell === 'string' ? cell : cell.join('; ');
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",;\r\n]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** One line of a CSV file (RFC 4180). */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

/** A CSV file, page by page: as many rows as one page holds are in memory. */
export async function* csvOf<Row extends Record<keyof Row, Cell>>(
  columns: readonly (keyof Row & string)[],
  pages: AsyncIterable<Row[]>,
): AsyncGenerator<string> {
  yield byteOrderMark + csvLine(columns);
  for await (const page of pages) yield page.map((row) => csvLine(columns.map((column) => row[column]))).join('');
}

/** The same rows as a JSON list. */
export async function* jsonOf<Row>(pages: AsyncIterable<Row[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const page of pages)
    if (page.length > 0) {
      yield separator + page.map((row) => JSON.stringify(row)).join(',\n');
      separator = ',\n';
    }
  yield separator === '[' ? '[]' : ']';
}
