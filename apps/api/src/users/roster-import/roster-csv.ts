import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { readCsv, type CsvFile } from './csv-records.ts';
import { unreadable, type Refusals } from './refusals.ts';
import { checkStudent, classNameFault } from './roster-row.ts';
import type { StagedRoster } from './staged-roster.ts';

/** Small, so that students’ requests get their turn between two pieces. */
const pieceBytes = 16 * 1024;
const rowsPerStatement = 1_000;

/**
 * Reads `username,displayName,className`, one row an enrolment, into the staging tables.
 * @returns how many rows it read
 * @throws ApiError ROSTER_UNREADABLE
 */
export async function stageRosterCsv(path: string, staged: StagedRoster, refusals: Refusals): Promise<number> {
  const { encoding, delimiter } = await look(path);
  const csv: CsvFile = { source: createReadStream(path, { highWaterMark: pieceBytes }), encoding, delimiter };
  let rows = 0;
  let batch: [line: number, username: string, displayName: string, className: string | null][] = [];
  const keep: string[] = [];
  const flush = async () => {
    await staged.addRows(batch);
    await staged.keep(keep.splice(0));
    batch = [];
  };
  for await (const { line, fields, uneven } of readCsv(csv, ['username', 'displayName', 'className'])) {
    rows++;
    const [username = '', displayName = '', className = ''] = fields;
    const student = checkStudent(username, displayName);
    const reason = uneven
      ? 'has another number of fields than the header; is a comma unquoted?'
      : typeof student === 'string'
        ? student
        : classNameFault(className);
    if (reason !== null) {
      refusals.add({ line, ...(username ? { username } : {}), reason });
      if (username.length <= 100) keep.push(username);
    } else batch.push([line, username, displayName, className || null]);
    if (batch.length + keep.length >= rowsPerStatement) await flush();
  }
  await flush();
  await staged.settleRows(refusals);
  return rows;
}

/** Spreadsheets save semicolons where a comma is the decimal point, and “Unicode text” as UTF-16. */
async function look(path: string): Promise<Required<Pick<CsvFile, 'encoding' | 'delimiter'>>> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(4096), 0, 4096, 0);
    const start = buffer.subarray(0, bytesRead);
    if (start.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004')
      throw unreadable('is a zip file: send it as application/zip');
    const encoding =
      start[0] === 0xff && start[1] === 0xfe
        ? 'utf-16le'
        : start[0] === 0xfe && start[1] === 0xff
          ? 'utf-16be'
          : 'utf-8';
    const header = new TextDecoder(encoding).decode(start).split(/[\r\n]/)[0] ?? '';
    const delimiter = [',', ';', '\t'].find((one) => header.split(one).length > 2) ?? ',';
    return { encoding, delimiter };
  } finally {
    await file.close();
  }
}
