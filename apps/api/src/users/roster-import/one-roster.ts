import type { RosterMode } from '@exco/contracts';
import { readCsv } from './csv-records.ts';
import { openZip, type ZipFile } from './guarded-zip.ts';
import { unreadable, type Refusals } from './refusals.ts';
import { checkStudent, classNameFault } from './roster-row.ts';
import type { OneClass, OneEnrollment, OneUser, StagedOneRoster } from './staged-one-roster.ts';
import type { StagedRoster } from './staged-roster.ts';

/** Of everything that OneRoster 1.1 and 1.2 (1EdTech, CSV binding) know, this is the roster of students. */
const files = ['manifest.csv', 'users.csv', 'roles.csv', 'classes.csv', 'enrollments.csv'] as const;
type FileName = (typeof files)[number];

const rowsPerStatement = 1_000;

interface Row {
  line: number;
  field: (column: string) => string;
}

/**
 * Reads a OneRoster zip into the staging tables. Students only; what is `tobedeleted` leaves, and so does a user who
 * is not enabled. Whether somebody is a student stands in users.csv (1.1) or in roles.csv (1.2).
 * @returns how many rows it read
 * @throws ApiError ROSTER_UNREADABLE
 */
export async function stageOneRoster(
  path: string,
  mode: RosterMode,
  staged: StagedRoster,
  oneRoster: StagedOneRoster,
  refusals: Refusals,
): Promise<number> {
  const zip = await openZip(path, files);
  try {
    await oneRoster.create();
    await judgeManifest(zip, mode);
    let rows = 0;
    rows += await stageUsers(zip, oneRoster, refusals);
    if (zip.has('roles.csv')) rows += await stageRoles(zip, oneRoster);
    if (zip.has('classes.csv')) rows += await stageClasses(zip, oneRoster, refusals);
    if (zip.has('enrollments.csv')) rows += await stageEnrollments(zip, oneRoster);
    await oneRoster.settle(staged, refusals);
    return rows;
  } finally {
    zip.close();
  }
}

async function* rowsOf(zip: ZipFile, file: FileName, required: string[], optional: string[] = []): AsyncGenerator<Row> {
  const columns = new Map([...required, ...optional].map((column, index) => [column, index]));
  for await (const { line, fields } of readCsv({ source: await zip.open(file), file }, required, optional))
    yield { line, field: (column) => fields[columns.get(column) ?? -1] ?? '' };
}

/** In slices, so that a file of any length needs the memory of one slice. */
async function inSlices<T>(
  rows: AsyncIterable<Row>,
  translate: (row: Row) => T | null,
  write: (slice: T[]) => Promise<void>,
) {
  let count = 0;
  let slice: T[] = [];
  for await (const row of rows) {
    count++;
    const translated = translate(row);
    if (translated !== null) slice.push(translated);
    if (slice.length >= rowsPerStatement) {
      await write(slice);
      slice = [];
    }
  }
  await write(slice);
  return count;
}

const isDeleted = (row: Row) => ['tobedeleted', 'inactive'].includes(row.field('status').toLowerCase());

/** A file of changes says nothing of those who are not in it. */
async function judgeManifest(zip: ZipFile, mode: RosterMode): Promise<void> {
  if (!zip.has('users.csv')) throw unreadable('users.csv is missing in the zip');
  const absent = new Set<string>();
  if (zip.has('manifest.csv'))
    for await (const row of rowsOf(zip, 'manifest.csv', ['propertyName', 'value'])) {
      const [, file] = /^file\.(\w+)$/.exec(row.field('propertyName')) ?? [];
      if (!file || !(files as readonly string[]).includes(`${file}.csv`)) continue;
      const value = row.field('value').toLowerCase();
      if (value === 'absent') absent.add(file);
      else if (!zip.has(`${file}.csv`))
        throw unreadable(`manifest.csv says ${value}, but the file is missing`, { file: `${file}.csv` });
      if (value === 'delta' && mode === 'replace')
        throw unreadable('holds changes only (delta): import it with mode=merge', { file: `${file}.csv` });
    }
  for (const file of ['classes', 'enrollments'])
    if (!zip.has(`${file}.csv`) && (!absent.has(file) || mode === 'replace'))
      throw unreadable('is missing in the zip', { file: `${file}.csv` });
}

async function stageUsers(zip: ZipFile, oneRoster: StagedOneRoster, refusals: Refusals): Promise<number> {
  const names = ['givenName', 'familyName'];
  const optional = ['status', 'enabledUser', 'role', 'preferredGivenName', 'preferredFamilyName'];
  const rows = rowsOf(zip, 'users.csv', ['sourcedId', 'username', ...names], optional);
  const translate = (row: Row): OneUser | null => {
    const sourcedId = row.field('sourcedId');
    if (sourcedId === '' || sourcedId.length > 255) {
      refusals.add({
        file: 'users.csv',
        line: row.line,
        reason: 'the sourcedId is empty or has more than 255 characters',
      });
      return null;
    }
    const given = row.field('preferredGivenName') || row.field('givenName');
    const family = row.field('preferredFamilyName') || row.field('familyName');
    const student = checkStudent(row.field('username'), `${given} ${family}`.trim());
    return {
      sourcedId,
      line: row.line,
      student: row.field('role').toLowerCase() === 'student',
      leaves: isDeleted(row) || row.field('enabledUser').toLowerCase() === 'false',
      ...(typeof student === 'string'
        ? { username: Array.from(row.field('username')).slice(0, 100).join(''), displayName: '', fault: student }
        : { ...student, fault: null }),
    };
  };
  return inSlices(rows, translate, (slice) => oneRoster.addUsers(slice));
}

async function stageRoles(zip: ZipFile, oneRoster: StagedOneRoster): Promise<number> {
  const rows = rowsOf(zip, 'roles.csv', ['userSourcedId', 'role'], ['status']);
  const translate = (row: Row) =>
    row.field('role').toLowerCase() === 'student' && !isDeleted(row) ? row.field('userSourcedId').slice(0, 255) : null;
  return inSlices(rows, translate, (slice) => oneRoster.addStudents(slice));
}

async function stageClasses(zip: ZipFile, oneRoster: StagedOneRoster, refusals: Refusals): Promise<number> {
  const rows = rowsOf(zip, 'classes.csv', ['sourcedId', 'title'], ['status', 'classCode']);
  const translate = (row: Row): OneClass | null => {
    const [sourcedId, title] = [row.field('sourcedId'), row.field('title')];
    if (sourcedId === '' || sourcedId.length > 255) {
      refusals.add({
        file: 'classes.csv',
        line: row.line,
        reason: 'the sourcedId is empty or has more than 255 characters',
      });
      return null;
    }
    const fault = title === '' ? 'the title is empty' : classNameFault(title);
    return {
      sourcedId,
      line: row.line,
      title: fault === null ? title : '',
      code: row.field('classCode').slice(0, 255),
      ends: isDeleted(row),
      fault,
    };
  };
  return inSlices(rows, translate, (slice) => oneRoster.addClasses(slice));
}

async function stageEnrollments(zip: ZipFile, oneRoster: StagedOneRoster): Promise<number> {
  const rows = rowsOf(zip, 'enrollments.csv', ['classSourcedId', 'userSourcedId', 'role'], ['status']);
  const translate = (row: Row): OneEnrollment | null =>
    row.field('role').toLowerCase() !== 'student'
      ? null
      : {
          line: row.line,
          userSourcedId: row.field('userSourcedId').slice(0, 255),
          classSourcedId: row.field('classSourcedId').slice(0, 255),
          ends: isDeleted(row),
        };
  return inSlices(rows, translate, (slice) => oneRoster.addEnrollments(slice));
}
