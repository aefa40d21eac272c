import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describeMigrated, openDatabase, writeRoster } from '@exco/persistence';
import { aClassSection, aDatabase, type OwnDatabase } from '@exco/testing';
import { backUp } from './back-up.ts';
import { restoreBackup } from './restore-backup.ts';

let source: OwnDatabase;
let folder: string;
let file: string;
beforeAll(async () => {
  source = await aDatabase();
  await writeRoster(source.source, aClassSection(40));
  for (const statement of [
    `INSERT INTO live_events (title, stream_url, prepares_at, opens_at, starts_at, ends_at, closes_at, minimum_kbps)
       VALUES ('Größe & „Zeit“', 'https://e.example/live.m3u8', NOW(3), NOW(3), NOW(3), NOW(3), NOW(3), 500)`,
    `INSERT INTO attendances (live_event_id, user_id, checked_in_at, checked_in_by, kbps, test_bytes)
       SELECT live_events.id, users.id, NOW(3), users.id, 4000, 65536 FROM live_events, users`,
    `INSERT INTO user_agents (text, last_used_on) VALUES ('Mozilla ☃', CURRENT_DATE)`,
    `INSERT INTO audit_entries (live_event_id, id, at, kind, outcome, actor_id, user_id, ip, user_agent_id)
       SELECT live_event_id, user_id, checked_in_at, 'check-in', 'checked-in', user_id, user_id, 0xFF27005C, 1 FROM attendances`,
    'INSERT INTO live_event_counters (live_event_id, checked_in, checked_out) SELECT id, 40, 7 FROM live_events',
  ])
    await source.source.query(statement);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'exco-backup-'));
  file = join(folder, 'backup.sql.gz');
});
afterEach(() => rmSync(folder, { recursive: true }));
afterAll(() => source.close());

/** An empty database's address on the same server; whoever asks for it drops it. */
const another = () =>
  Object.assign(new URL(source.url), { pathname: `/restored_${randomBytes(6).toString('hex')}` }).href;

async function contents(url: string): Promise<Record<string, unknown[]>> {
  const database = await openDatabase(url, 1);
  try {
    const tables = await database.query<{ name: string }[]>(
      'SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() ORDER BY table_name',
    );
    const found: Record<string, unknown[]> = {};
    for (const { name } of tables) {
      const rows = await database.query<unknown[]>(`SELECT * FROM \`${name}\``);
      found[name] = rows.toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1));
    }
    return found;
  } finally {
    await database.destroy();
  }
}

async function drop(url: string): Promise<void> {
  await source.source.query(`DROP DATABASE IF EXISTS \`${new URL(url).pathname.slice(1)}\``);
}

test('what was backed up is all there again in an empty database', async () => {
  const url = another();
  try {
    await backUp(source.url, file);
    expect(await restoreBackup(url, file)).toEqual(describeMigrated({ ran: [], schema: { state: 'current' } }, false));
    const before = await contents(source.url);
    expect(await contents(url)).toEqual(before);
    expect(before['users']).toHaveLength(40);
    expect(before['audit_entries']).toHaveLength(40);
    expect(before['live_event_counters']).toMatchObject([{ checked_in: 40, checked_out: 7 }]);
  } finally {
    await drop(url);
  }
});

test('it is one moment of all tables, although students go on checking in', async () => {
  const writer = await openDatabase(source.url, 1);
  const written = new AbortController();
  const [{ id: eventId } = { id: 0 }] = await source.source.query<{ id: number }[]>('SELECT id FROM live_events');
  const counter = 'UPDATE live_event_counters SET checked_out = checked_out + 1 WHERE live_event_id = ?';
  // As a batch does: the rows and their counter, in one transaction.
  const write = (number: number) =>
    writer.transaction(async (batch) => {
      await batch.query("INSERT INTO audit_batches (batch_key) VALUES (LPAD(?, 16, '0'))", [number]);
      await batch.query(counter, [eventId]);
    });
  await write(1);
  const writing = (async () => {
    for (let number = 2; !written.signal.aborted; number++) await write(number);
  })();
  const url = another();
  try {
    await backUp(source.url, file);
    written.abort();
    await writing;
    await restoreBackup(url, file);
    const { audit_batches: batches, live_event_counters: counters } = await contents(url);
    const kept = batches?.length ?? 0;
    expect(kept).toBeGreaterThan(0);
    expect(counters).toMatchObject([{ checked_out: 7 + kept }]);
  } finally {
    written.abort();
    await writing;
    await writer.query('DELETE FROM audit_batches');
    await writer.query('UPDATE live_event_counters SET checked_out = 7');
    await writer.destroy();
    await drop(url);
  }
});

test('a database that is not empty is left alone', async () => {
  await backUp(source.url, file);
  const before = await contents(source.url);
  await expect(restoreBackup(source.url, file)).rejects.toThrow(/is not empty.*Nothing was restored/);
  expect(await contents(source.url)).toEqual(before);
});

const text = () => gunzipSync(readFileSync(file)).toString();
test.each([
  ['no backup', () => gzipSync('SELECT 1;'), /is no backup of Exco Live/],
  ['not even compressed', () => Buffer.from('SELECT 1;'), /cannot be read, or is damaged/],
  ['half of it', () => readFileSync(file).subarray(0, 900), /cannot be read, or is damaged/],
  ['half of its text', () => gzipSync(text().slice(0, -200)), /is cut off/],
  [
    'a later version',
    () => gzipSync(text().replace('"migrations":[', '"migrations":["SeatNumbers4000000000000",')),
    /later version.*SeatNumbers/,
  ],
])('%s is refused before anything is touched', async (_, spoil, message) => {
  await backUp(source.url, file);
  writeFileSync(file, spoil());
  const url = another();
  await expect(restoreBackup(url, file)).rejects.toThrow(message);
  await expect(contents(url)).rejects.toThrow(/Unknown database/);
});

test('what the database refuses half way leaves an empty database', async () => {
  await backUp(source.url, file);
  writeFileSync(
    file,
    gzipSync(text().replace('-- Dump completed', 'INSERT INTO nowhere VALUES (1);\n-- Dump completed')),
  );
  const url = another();
  try {
    await expect(restoreBackup(url, file)).rejects.toThrow(/the database is empty again[^]*nowhere/);
    expect(await contents(url)).toEqual({});
  } finally {
    await drop(url);
  }
});

test('a disk that is full: no file that looks like a backup', async () => {
  // On this device of the kernel every write fails as on a disk without room.
  symlinkSync('/dev/full', `${file}.partial`);
  await expect(backUp(source.url, file)).rejects.toThrow(/could not be written: .*no space.*No backup was made/);
  expect(readdirSync(folder)).toEqual([]);
});

describe('a user who may not', () => {
  const as = (url: string) => Object.assign(new URL(url), { username: 'nobody_much', password: 'a word' }).href;
  beforeAll(() => source.source.query("CREATE USER nobody_much IDENTIFIED BY 'a word'"));
  afterAll(() => source.source.query('DROP USER nobody_much'));

  test('read the database: no backup, and what to grant', async () => {
    await expect(backUp(as(source.url), file)).rejects.toThrow(
      /^The database of DATABASE_URL refuses: Access denied .* GRANT SELECT on the database to this user\./,
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  test('make tables: nothing is restored, and what to grant', async () => {
    await backUp(source.url, file);
    const url = another();
    await expect(restoreBackup(as(url), file)).rejects.toThrow(
      /^The database of DATABASE_URL refuses: Access denied .* GRANT ALL PRIVILEGES on the database to this user\./,
    );
    await expect(contents(url)).rejects.toThrow(/Unknown database/);
  });
});

test('a database without tables of Exco Live', async () => {
  await expect(backUp(Object.assign(new URL(source.url), { pathname: '/mysql' }).href, file)).rejects.toThrow(
    /no tables/,
  );
  expect(existsSync(file)).toBe(false);
});
