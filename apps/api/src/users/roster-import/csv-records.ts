import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CsvError, parse, type Info } from 'csv-parse';
import { unreadable } from './refusals.ts';

export interface CsvRecord {
  /** Where the record begins; the header is line 1. */
  line: number;
  /** The fields, trimmed, in the order of the columns asked for; empty where the file has no such column. */
  fields: string[];
  /** The row has another number of fields than the header. */
  uneven: boolean;
}

export interface CsvFile {
  source: Readable;
  /** How it is named in messages: a file of a zip. */
  file?: string;
  encoding?: 'utf-8' | 'utf-16le' | 'utf-16be';
  delimiter?: string;
}

/** An unclosed quote would otherwise gather the whole rest of the file. */
const mostRecordCharacters = 64 * 1024;

const normal = (column: string) => column.trim().toLowerCase();

/**
 * The records of a CSV file (RFC 4180, with or without BOM), one after the other in bounded memory.
 * @param required columns that the header must have, in any order and case; @param optional those it may have
 * @throws ApiError ROSTER_UNREADABLE
 */
export async function* readCsv(csv: CsvFile, required: string[], optional: string[] = []): AsyncGenerator<CsvRecord> {
  const where = csv.file ? { file: csv.file } : {};
  const parser = parse({
    delimiter: csv.delimiter ?? ',',
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: mostRecordCharacters,
  });
  // Its error arrives through the parser.
  pipeline(csv.source, decoded(csv.encoding ?? 'utf-8'), parser).catch(() => undefined);
  let columns: number[] | null = null;
  let width = 0;
  // Inside quotes the parser counts CRLF as two line ends.
  let miscounted = 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      if (!columns) {
        columns = places(record, required, optional, where);
        width = record.length;
        continue;
      }
      if (record.every((field) => field.trim() === '')) continue;
      const inside = record.join('');
      miscounted += occurrences(inside, /\r\n/g);
      yield {
        line: info.lines - miscounted - occurrences(inside, /\r\n|\r|\n/g),
        fields: columns.map((place) => (place < 0 ? '' : (record[place]?.trim() ?? ''))),
        uneven: record.length !== width,
      };
    }
  } catch (error) {
    throw translated(error, where);
  }
  if (!columns) throw unreadable('is empty', where);
}

function occurrences(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

function places(header: string[], required: string[], optional: string[], where: { file?: string }): number[] {
  const names = header.map(normal);
  const missing = required.filter((column) => !names.includes(normal(column)));
  if (missing.length > 0)
    throw unreadable(`the header must have ${required.join(', ')}; missing: ${missing.join(', ')}`, {
      ...where,
      line: 1,
    });
  return [...required, ...optional].map((column) => names.indexOf(normal(column)));
}

function decoded(encoding: string) {
  return async function* (source: AsyncIterable<Buffer>): AsyncGenerator<string> {
    const decoder = new TextDecoder(encoding, { fatal: true });
    for await (const chunk of source) yield decoder.decode(chunk, { stream: true });
    yield decoder.decode();
  };
}

function translated(error: unknown, where: { file?: string }): unknown {
  if (error instanceof CsvError) {
    const line = 'lines' in error && typeof error.lines === 'number' ? { line: error.lines } : {};
    return unreadable(error.message, { ...where, ...line });
  }
  const isEncoding =
    error instanceof TypeError && 'code' in error && error.code === 'ERR_ENCODING_INVALID_ENCODED_DATA';
  return isEncoding ? unreadable('is not UTF-8; save it as “CSV UTF-8”', where) : error;
}
