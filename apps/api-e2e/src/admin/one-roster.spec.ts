import { IsolatedStack } from '../support/own-stacks.ts';
import { AdminClient } from '../support/admin-client.ts';
import { csv, zip, type Packed } from '../support/zip.ts';

let stack: IsolatedStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await IsolatedStack.start();
  admin = new AdminClient(stack.url(0));
});
afterAll(() => stack.close());

type Tables = Record<string, string[][]>;
const packed = (tables: Tables): Packed[] =>
  Object.entries(tables).map(([name, rows]) => ({ name: `${name}.csv`, content: csv(rows) }));
const upload = (files: Packed[], query = '') => admin.upload(zip(files), query, 'application/zip');
const take = (tables: Tables, query = '') => admin.import(zip(packed(tables)), query, 'application/zip');

const manifest = (version: '1.1' | '1.2', kind: 'bulk' | 'delta' = 'bulk') => [
  ['propertyName', 'value'],
  ['manifest.version', '1.0'],
  ['oneroster.version', version],
  ['file.academicSessions', 'absent'],
  ['file.classes', kind],
  ['file.courses', 'absent'],
  ['file.enrollments', kind],
  ['file.users', kind],
  ['source.systemName', 'Harbor SIS'],
  ['source.systemCode', 'HSIS'],
];
const classHeader =
  'sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType,location,schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods'.split(
    ',',
  );
const aClass = (id: string, title: string, { status = '', code = '' } = {}) => [
  id,
  status,
  '',
  title,
  '07',
  'course-1',
  code,
  'homeroom',
  '',
  'school-1',
  'term-1',
  '',
  '',
  '',
];
const enrollmentHeader =
  'sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,primary,beginDate,endDate'.split(
    ',',
  );
const anEnrollment = (classId: string, userId: string, { role = 'student', status = '' } = {}) => [
  `${classId}-${userId}`,
  status,
  '',
  classId,
  'school-1',
  userId,
  role,
  'false',
  '',
  '',
];
const userHeader11 =
  'sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password'.split(
    ',',
  );
const user11 = (
  id: string,
  username: string,
  given: string,
  family: string,
  { role = 'student', status = '', enabled = 'true' } = {},
) => [id, status, '', enabled, 'school-1', role, username, '', given, family, '', '', '', '', '', '', '07', ''];
const userHeader12 =
  'sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns'.split(
    ',',
  );
const user12 = (id: string, username: string, given: string, family: string, preferred = '') => [
  id,
  '',
  '',
  'true',
  username,
  '',
  given,
  family,
  '',
  '',
  '',
  '',
  '',
  '',
  '07',
  '',
  '',
  preferred,
  '',
  '',
  'school-1',
  '',
];
const roleHeader =
  'sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId'.split(
    ',',
  );
const aRole = (userId: string, role: string) => [
  `role-${userId}`,
  '',
  '',
  userId,
  'primary',
  role,
  '',
  '',
  'school-1',
  '',
];

const bulk11 = (): Tables => ({
  manifest: manifest('1.1'),
  users: [
    userHeader11,
    user11('u1', 'ada.0001', 'Ada', 'Lovelace'),
    user11('u2', 'zoe.0002', 'Zoë', 'O’Neill'),
    user11('t1', 'teacher', 'Mary', 'Jackson', { role: 'teacher' }),
    user11('u3', 'gone.0003', 'Gone', 'Already', { status: 'tobedeleted' }),
    user11('u4', 'off.0004', 'Off', 'Switched', { enabled: 'false' }),
    user11('u5', 'nodigits', 'No', 'Digits'),
    user11('u6', 'ada.0001', 'Second', 'Ada'),
  ],
  classes: [
    classHeader,
    aClass('c1', 'Maths', { code: '7B' }),
    aClass('c2', 'Maths', { code: '7C' }),
    aClass('c3', 'Old', { status: 'tobedeleted' }),
  ],
  enrollments: [
    enrollmentHeader,
    anEnrollment('c1', 'u1'),
    anEnrollment('c2', 'u1'),
    anEnrollment('c2', 'u2'),
    anEnrollment('c1', 't1', { role: 'teacher' }),
    anEnrollment('c1', 'u2', { status: 'tobedeleted' }),
    anEnrollment('c1', 'nobody'),
    anEnrollment('nowhere', 'u2'),
    anEnrollment('c1', 'u5'),
  ],
});

async function roster(): Promise<string[]> {
  const rows: { line: string }[] = await stack.database.query(
    `SELECT CONCAT_WS('|', username, display_name, class_sections.name) AS line FROM users
       LEFT JOIN enrollments ON enrollments.user_id = users.id
       LEFT JOIN class_sections ON class_sections.id = enrollments.class_section_id
     WHERE left_at IS NULL ORDER BY username, class_sections.name`,
  );
  return rows.map(({ line }) => line);
}

describe('in this order', () => {
  test('1.1: students with their classes; titles that two classes share are told apart; references that lead nowhere are refused', async () => {
    const tried = await take(bulk11(), '?dryRun=true&mode=replace');
    const done = await take(bulk11(), '?mode=replace');
    expect(done).toEqual({ ...tried, dryRun: false });
    expect(done).toMatchObject({
      format: 'oneroster',
      added: { users: 2, classes: 2, enrollments: 3 },
      refusedRows: 5,
    });
    expect(done.refused.map(({ file, line, reason }) => `${file ?? ''} ${line} ${reason}`)).toEqual([
      'users.csv 7 the username does not end in four digits',
      'users.csv 8 the username stands in line 2 already',
      'enrollments.csv 7 names a user that is not in users.csv',
      'enrollments.csv 8 names a class that is not in classes.csv',
      'enrollments.csv 9 its user or its class was refused',
    ]);
    expect(await roster()).toEqual([
      'ada.0001|Ada Lovelace|Maths (7B)',
      'ada.0001|Ada Lovelace|Maths (7C)',
      'zoe.0002|Zoë O’Neill|Maths (7C)',
    ]);
  });

  test('the same again changes nothing', async () => {
    const nothing = { users: 0, classes: 0, enrollments: 0 };
    expect(await take(bulk11(), '?mode=replace')).toMatchObject({
      added: nothing,
      changed: { users: 0 },
      left: nothing,
    });
  });

  test('1.2: roles.csv says who is a student; the preferred name counts', async () => {
    const tables: Tables = {
      manifest: manifest('1.2'),
      users: [
        userHeader12,
        user12('u1', 'ada.0001', 'Augusta', 'Lovelace', 'Ada'),
        user12('t1', 'mary.9999', 'Mary', 'Jackson'),
        user12('u7', 'new.0007', 'New', 'Here'),
      ],
      roles: [roleHeader, aRole('u1', 'student'), aRole('t1', 'teacher'), aRole('u7', 'student')],
      classes: [classHeader, aClass('c9', 'Physics')],
      enrollments: [enrollmentHeader, anEnrollment('c9', 'u1'), anEnrollment('c9', 'u7'), anEnrollment('c9', 't1')],
    };
    const report = await take(tables, '?mode=replace');
    expect(report).toMatchObject({
      added: { users: 1, classes: 1, enrollments: 2 },
      left: { users: 1, classes: 2 },
      refusedRows: 0,
    });
    expect(await roster()).toEqual(['ada.0001|Ada Lovelace|Physics', 'new.0007|New Here|Physics']);
  });

  test('a delta: what is tobedeleted goes, the rest stays; replacing by one is refused', async () => {
    const tables: Tables = {
      manifest: manifest('1.1', 'delta'),
      users: [
        userHeader11,
        user11('u1', 'ada.0001', 'Ada', 'King', { status: 'active' }),
        user11('u7', 'new.0007', 'New', 'Here', { status: 'tobedeleted' }),
      ],
      classes: [classHeader, aClass('c9', 'Physics', { status: 'active' })],
      enrollments: [enrollmentHeader, anEnrollment('c9', 'u1', { status: 'tobedeleted' })],
    };
    expect((await upload(packed(tables), '?mode=replace')).status).toBe(422);
    const report = await take(tables);
    expect(report).toMatchObject({
      changed: { users: 1 },
      left: { users: 1, enrollments: 2 },
      listed: { usersLeft: [{ username: 'new.0007' }] },
    });
    expect(await roster()).toEqual(['ada.0001|Ada King']);
  });
});

const bomb = (): Packed => ({ name: 'users.csv', content: Buffer.alloc(60_000_000, 'x') });
const without = (name: string) => packed(bulk11()).filter((file) => file.name !== name);
test.each<[string, () => Uint8Array<ArrayBuffer>, RegExp]>([
  ['no zip at all', () => new Uint8Array(Buffer.from('username,displayName,className\n')), /not a zip/],
  ['cut off in the middle', () => zip(packed(bulk11())).slice(0, 600), /not a zip/],
  ['an empty zip', () => zip([]), /users\.csv is missing/],
  ['a file that the manifest promises is missing', () => zip(without('enrollments.csv')), /the file is missing/],
  ['no users', () => zip(without('users.csv')), /users\.csv is missing/],
  [
    'a header that lies: smaller than it is',
    () => zip([...without('users.csv'), { name: 'users.csv', content: csv(bulk11()['users'] ?? []), claimedSize: 10 }]),
    /can’t be unpacked/,
  ],
  [
    'a header that lies: larger than it is',
    () =>
      zip([...without('users.csv'), { name: 'users.csv', content: csv(bulk11()['users'] ?? []), claimedSize: 90_000 }]),
    /can’t be unpacked/,
  ],
  [
    'a header that promises 4 GB',
    () => zip([...without('users.csv'), { name: 'users.csv', content: 'x', claimedSize: 4_000_000_000 }]),
    /more than is allowed/,
  ],
  ['a bomb', () => zip([...without('users.csv'), bomb()]), /unpacks to far more|Max Record Size/],
  ['one file twice', () => zip([...packed(bulk11()), ...packed(bulk11())]), /twice/],
  [
    'other columns',
    () => zip([...without('classes.csv'), { name: 'classes.csv', content: 'id,name\n1,x\n' }]),
    /header must have/,
  ],
  [
    'something else under that name',
    () =>
      zip([...without('classes.csv'), { name: 'classes.csv', content: Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2]) }]),
    /header must have|UTF-8/,
  ],
])('refused as a whole: %s', async (_, file, message) => {
  const before = await roster();
  const answer = await admin.upload(file(), '', 'application/zip');
  const { code, details } = (await answer.json()) as { code: string; details: { message: string }[] };
  expect([answer.status, code]).toEqual([422, 'ROSTER_UNREADABLE']);
  expect(details[0]?.message).toMatch(message);
  expect(await roster()).toEqual(before);
});

test('a bomb of rows that look right is stopped by what it unpacks to', async () => {
  const rows = Buffer.concat([
    Buffer.from(csv([userHeader11])),
    Buffer.from(csv([user11('u', 'x0001', 'X', 'Y')]).repeat(400_000)),
  ]);
  const answer = await upload([...without('users.csv'), { name: 'users.csv', content: rows }]);
  expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('far more')]);
});
