import { request } from 'node:http';
import { aStudent, demoRoster, eventually, rosterCsv } from '@exco/testing';
import { IsolatedStack } from '../support/own-stacks.ts';
import { AdminClient } from '../support/admin-client.ts';

let stack: IsolatedStack;
let admin: AdminClient;
beforeAll(async () => {
  stack = await IsolatedStack.start({ apis: 2 });
  admin = new AdminClient(stack.url(0));
});
afterAll(() => stack.close());

const header = 'username,displayName,className';
const lines = (...rows: string[]) => [header, ...rows, ''].join('\r\n');
const nobody = { users: 0, classes: 0, enrollments: 0 };

async function roster(): Promise<string[]> {
  const rows: { line: string }[] = await stack.database.query(
    `SELECT CONCAT_WS('|', username, display_name, class_sections.name) AS line FROM users
       LEFT JOIN enrollments ON enrollments.user_id = users.id
       LEFT JOIN class_sections ON class_sections.id = enrollments.class_section_id
     WHERE left_at IS NULL ORDER BY username, class_sections.name`,
  );
  return rows.map(({ line }) => line);
}

const signsIn = async (username: string, api = 0) =>
  (await stack.client(api).post('/api/session', { username })).status === 200;

describe('in this order', () => {
  test('a dry run says what the import then does, and writes nothing', async () => {
    const rows = demoRoster();
    const tried = await admin.import(rows, '?dryRun=true');
    expect(tried).toMatchObject({
      dryRun: true,
      mode: 'merge',
      format: 'csv',
      rows: rows.length,
      refusedRows: 0,
      refused: [],
      left: nobody,
    });
    expect(tried.added).toEqual({
      users: 10_000,
      classes: new Set(rows.flatMap(({ className }) => className ?? [])).size,
      enrollments: rows.filter(({ className }) => className !== null).length,
    });
    expect(tried.listed.usersAdded).toHaveLength(100);
    expect(await roster()).toEqual([]);
    const done = await admin.import(rows);
    expect(done).toEqual({ ...tried, dryRun: false });
    expect((await roster()).length).toBe(rows.length);
  });

  test('the same file twice changes nothing, not even the revision', async () => {
    const revision = () => stack.database.query<unknown>('SELECT revision FROM roster_revision');
    const before = await revision();
    const report = await admin.import(demoRoster(), '?mode=replace');
    expect(report).toMatchObject({ added: nobody, changed: { users: 0 }, left: nobody, unchanged: { users: 10_000 } });
    expect(await revision()).toEqual(before);
  });

  test('replace: who is not in the file leaves, and comes back with the next; the dry run knew', async () => {
    const few = [aStudent({ className: 'New 1' }), aStudent({ className: 'New 2' })];
    const tried = await admin.import(few, '?mode=replace&dryRun=true');
    const done = await admin.import(few, '?mode=replace');
    expect(done).toEqual({ ...tried, dryRun: false });
    expect(done).toMatchObject({ added: { users: 2, classes: 2, enrollments: 2 }, left: { users: 10_000 } });
    expect(await roster()).toHaveLength(2);
    expect(await stack.database.query('SELECT name FROM class_sections ORDER BY name')).toEqual([
      { name: 'New 1' },
      { name: 'New 2' },
    ]);
    const [gone] = demoRoster();
    expect(await signsIn(gone?.username ?? '')).toBe(false);
    const back = await admin.import(demoRoster());
    expect(back).toMatchObject({ added: { users: 10_000 }, left: nobody, unchanged: { users: 0 } });
    expect(await signsIn(gone?.username ?? '')).toBe(true);
  });

  test('every process knows the new roster at once, the importing one before it answers', async () => {
    const student = aStudent();
    await admin.import([student]);
    expect(await signsIn(student.username, 0)).toBe(true);
    const client = await stack.signIn({ ...student, id: 0, digits: '' }, 1);
    expect((await client.get('/api/session')).status).toBe(200);
    await admin.import([{ ...student, displayName: 'Another Name' }]);
    await eventually(async () => expect((await client.get('/api/session')).text).toContain('Another Name'), 2);
  });
});

test('a row that is refused says its line and its reason; the others are taken', async () => {
  const long = 'x'.repeat(101);
  const report = await admin.import(
    lines(
      'good.0001,Good One,R1',
      'nodigits,No Digits,R1',
      '"two',
      'lines.0002",Two Lines,R1',
      'digits.١٢٣٤,Arabic Digits,R1',
      'noname.0003,  ,R1',
      ',No Username,R1',
      'good.0001,Good Two,R2',
      `long.0004,${long}${long},R1`,
      `class.0005,Long Class,${long}`,
      'comma.0006,Unquoted, Comma,R1',
      '"quote""d.0007","Robert ""Bobby"" Tables",R1',
      'bare.0008,Robert "Bobby" Tables,R1',
      ' spaces.0009 , Spaces Around ,',
      ',,',
      '',
      'good.0001,Good One,R2',
    ),
    '?dryRun=true',
  );
  expect(report.refused.map(({ line, reason }) => `${line} ${reason}`)).toEqual([
    '3 the username does not end in four digits',
    '4 the username holds a control character',
    '6 the username does not end in four digits',
    '7 the name is empty',
    '8 the username is empty',
    '10 the name has more than 200 characters',
    '11 the class name has more than 100 characters',
    '12 has another number of fields than the header; is a comma unquoted?',
    '9 the same username has another name in line 2',
  ]);
  expect(report).toMatchObject({ refusedRows: 9, added: { users: 4, classes: 2, enrollments: 4 } });
  expect(report.listed.usersAdded).toEqual([
    { username: 'bare.0008', displayName: 'Robert "Bobby" Tables' },
    { username: 'good.0001', displayName: 'Good One' },
    { username: 'quote"d.0007', displayName: 'Robert "Bobby" Tables' },
    { username: 'spaces.0009', displayName: 'Spaces Around' },
  ]);
});

test('a refused row removes nobody', async () => {
  const [ada, ben] = [aStudent({ className: 'Kept' }), aStudent({ className: 'Kept' })];
  await admin.import([ada, ben]);
  const file = lines(`${ada.username},,Kept`, `${aStudent().username},Somebody Else,Other`);
  const report = await admin.import(file, '?mode=replace&dryRun=true');
  expect(report.refusedRows).toBe(1);
  const { username } = ada;
  expect(report.listed.enrollmentsLeft).not.toContainEqual({ username, className: 'Kept' });
  const [row] = await stack.database.query<{ users: string }[]>(
    'SELECT COUNT(*) AS users FROM users WHERE left_at IS NULL',
  );
  expect(report.left.users).toBe(Number(row?.users) - 1);
});

test('a changed name is a change; two usernames that differ by case or accent are two', async () => {
  const [ada] = [aStudent({ displayName: 'Ada' })];
  await admin.import([
    ada,
    { ...ada, username: ada.username.toUpperCase() },
    { ...ada, username: ada.username.replace('u', 'ü') },
  ]);
  const report = await admin.import([{ ...ada, displayName: 'ÁDA' }]);
  expect(report).toMatchObject({
    added: nobody,
    changed: { users: 1 },
    listed: { usersChanged: [{ username: ada.username, from: 'Ada', to: 'ÁDA' }] },
  });
});

const plain = [aStudent({ displayName: 'Ελένη “Zoë” 𠮷', className: 'Enc' })];
const text = rosterCsv(plain);
const utf16 = (marked: string, swap = false) => {
  const bytes = Buffer.from(`\ufeff${marked}`, 'utf16le');
  return new Uint8Array(swap ? bytes.swap16() : bytes);
};
test.each<[string, string | Uint8Array<ArrayBuffer>]>([
  ['UTF-8', text],
  ['UTF-8 with BOM', `\ufeff${text}`],
  ['bare line feeds', text.replaceAll('\r\n', '\n')],
  ['no line end at the end', text.trimEnd()],
  ['semicolons, as many spreadsheets save', text.replaceAll(',', ';')],
  ['UTF-16, as spreadsheets call “Unicode text”', utf16(text.replaceAll(',', '\t'))],
  ['UTF-16, the other way round', utf16(text, true)],
  [
    'another order and case, and further columns',
    `Class Of,CLASSNAME,username,DisplayName\n2030,Enc,${plain[0]?.username ?? ''},${plain[0]?.displayName ?? ''}\n`,
  ],
])('read: %s', async (_, file) => {
  await admin.import(plain);
  expect(await admin.import(file)).toMatchObject({
    rows: 1,
    refusedRows: 0,
    added: nobody,
    unchanged: { users: 1, enrollments: 1 },
  });
});

test.each<[string, string | Uint8Array<ArrayBuffer>, string, object]>([
  ['nothing', '', '', { message: 'is empty' }],
  ['another header', 'name,class\nAda,7B\n', '', { line: 1 }],
  [
    'Latin-1',
    new Uint8Array(Buffer.from(`${header}\nzoe.0001,Zo\u00eb,7B\n`, 'latin1')),
    '',
    { message: expect.stringContaining('UTF-8') as string },
  ],
  ['a quote that is never closed', `${header}\nok.0001,Fine,7B\n"open.0002,Never closed\n`, '', {}],
  [
    'a zip as CSV',
    new Uint8Array(Buffer.from('PK\u0003\u0004rest', 'latin1')),
    '',
    { message: expect.stringContaining('zip') as string },
  ],
  ['replace with nobody in it', `${header}\n`, '?mode=replace', {}],
])('unreadable as a whole: %s', async (_, file, query, detail) => {
  const before = await roster();
  const answer = await admin.upload(file, query);
  expect([answer.status, await answer.json()]).toMatchObject([422, { code: 'ROSTER_UNREADABLE', details: [detail] }]);
  expect(await roster()).toEqual(before);
});

test('refused before it is read: no token, an unknown option, another content type, on other routes too', async () => {
  expect((await new AdminClient(stack.url(0), 'guessed').upload(text)).status).toBe(401);
  expect((await admin.upload(text, '?mode=destroy')).status).toBe(400);
  expect((await admin.upload(text, '?dryRun=maybe')).status).toBe(400);
  expect((await admin.upload('{}', '', 'application/json')).status).toBe(415);
  expect((await admin.upload('x', '', 'text/html')).status).toBe(415);
  expect((await admin.send('/api/admin/events', { method: 'POST', body: text, type: 'text/csv' })).status).toBe(415);
});

/** An upload of 200 MB that is sent for so many milliseconds and then cut off. */
function cutOff(milliseconds: number, headers: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    const upload = request(`${stack.url(0)}/api/admin/roster`, {
      method: 'POST',
      headers: { authorization: 'Bearer an older admin token', 'content-type': 'text/csv', ...headers },
    });
    const row = Buffer.from(`${aStudent().username},Somebody,Cut\r\n`.repeat(1_000));
    upload.write(`${header}\r\n`);
    const sending = setInterval(() => upload.write(row), 5);
    upload.on('error', () => undefined);
    upload.on('response', (answer) => resolve(String(answer.statusCode)));
    upload.on('close', () => {
      clearInterval(sending);
      resolve('cut');
    });
    setTimeout(() => upload.destroy(), milliseconds);
  });
}

test('an upload that is cut off midway writes nothing, and leaves the way free for the next', async () => {
  const before = await roster();
  expect(await cutOff(400, { 'content-length': String(200 * 1024 * 1024) })).toBe('413');
  expect(await cutOff(400, {})).toBe('cut');
  expect(await roster()).toEqual(before);
  expect((await admin.import(plain, '?dryRun=true')).rows).toBe(1);
});

test('one import at a time', async () => {
  const [one, other] = await Promise.all([
    admin.upload(rosterCsv(demoRoster()), '?dryRun=true'),
    admin.upload(text, '?dryRun=true'),
  ]);
  expect([one.status, other.status].sort()).toEqual([200, 409]);
});

test('remove: who is in the file leaves, with a class that is then empty; the dry run knew', async () => {
  const [going, staying] = [aStudent({ className: 'Going' }), aStudent({ className: 'Staying' })];
  const together = aStudent({ className: 'Staying' });
  await admin.import([going, staying, together]);
  const before = await roster();
  const [leaving, unknown] = [[going, together], aStudent({ className: 'Never there' })];
  const tried = await admin.import([...leaving, unknown], '?mode=remove&dryRun=true');
  expect(await roster()).toEqual(before);
  const done = await admin.import([...leaving, unknown], '?mode=remove');
  expect(done).toEqual({ ...tried, dryRun: false });
  expect(done).toMatchObject({ added: nobody, left: { users: 2, classes: 1, enrollments: 2 } });
  const gone = leaving.map(({ username }) => `${username}|`);
  expect(await roster()).toEqual(before.filter((line) => !gone.some((one) => line.startsWith(one))));
  await eventually(async () => expect(await signsIn(going.username, 1)).toBe(false));
});
