import { Readable } from 'node:stream';
import { StreamableFile } from '@nestjs/common';
import { stringify, type Options } from 'csv-stringify/sync';

type Cell = string | number | boolean | null | readonly string[];
type Cells<Row> = Record<keyof Row, Cell>;

/**
 * RFC 4180. Spreadsheets run a cell that begins like a formula, full-width characters included: `escape_formulas` puts an
 * apostrophe before it (OWASP, CSV Injection). They recognise UTF-8 by its byte order mark.
 */
const options: Options = {
  record_delimiter: '\r\n',
  escape_formulas: true,
  // Spaces at either end are lost where they are not quoted.
  quoted_match: /^\s|\s$|;/,
  cast: { boolean: (value) => (value ? 'yes' : 'no') },
};

const written = (cell: Cell) => (Array.isArray(cell) ? cell.join('; ') : cell);

/** Page by page: as many rows as one page holds are in memory. */
export async function* csvOf<Row extends Cells<Row>>(
  columns: readonly (keyof Row & string)[],
  pages: AsyncIterable<Row[]>,
): AsyncGenerator<string> {
  yield stringify([columns], { ...options, bom: true });
  for await (const page of pages)
    if (page.length > 0)
      yield stringify(
        page.map((row) => columns.map((column) => written(row[column]))),
        options,
      );
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

/**
 * The first page is read before anything is answered: a database that is away is an error, not half a file.
 * @param name without its ending
 */
export async function csvDownload<Row extends Cells<Row>>(
  name: string,
  columns: readonly (keyof Row & string)[],
  pages: AsyncGenerator<Row[]>,
): Promise<StreamableFile> {
  return new StreamableFile(Readable.from(csvOf(columns, await begun(pages))), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}.csv"`,
  });
}

/** As `csvDownload`, a JSON list. */
export async function jsonDownload<Row>(pages: AsyncGenerator<Row[]>): Promise<StreamableFile> {
  return new StreamableFile(Readable.from(jsonOf(await begun(pages))), { type: 'application/json; charset=utf-8' });
}

async function begun<Row>(pages: AsyncGenerator<Row[]>): Promise<AsyncGenerator<Row[]>> {
  const first = await pages.next();
  return (async function* () {
    if (first.done) return;
    yield first.value;
    yield* pages;
  })();
}
