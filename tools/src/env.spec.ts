import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './env.ts';

test('an empty environment has a port, a home and private servers', () => {
  expect(readSettings({})).toMatchObject({ port: 3000, databaseUrl: null, redisUrl: null, adminToken: null });
  expect(readSettings({ PORT: '' }).home).toMatch(/\.exco$/);
});

test('every fault is named at once', () => {
  const faulty = { PORT: '70000', DATABASE_URL: 'postgres://localhost/exco', REDIS_URL: 'localhost:6379' };
  expect(() => readSettings(faulty)).toThrow(/PORT is "70000"[^]*DATABASE_URL must[^]*REDIS_URL must/);
});

test.each(['0', '-1', '3000 ', '0x50', '3.5', 'abc'])('PORT=%s is refused', (PORT) => {
  expect(() => readSettings({ PORT })).toThrow('PORT is');
});

describe('secrets in files', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'exco-secrets-'))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = (text: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, text);
    return path;
  };

  test.each([
    ['DATABASE_URL', 'databaseUrl', 'mysql://exco@database/exco'],
    ['REDIS_URL', 'redisUrl', 'redis://:word@redis'],
    ['ADMIN_TOKEN', 'adminToken', 'of the admins'],
    ['SESSION_SECRET', 'sessionSecret', 'of the sessions'],
  ] as const)('%s comes from its file: no command takes the private servers for the site', (name, setting, value) => {
    expect(readSettings({ [`${name}_FILE`]: file(`${value}\n`) })[setting]).toBe(value);
  });

  test('a file that cannot be read, an empty one, and a secret that is given twice', () => {
    const faulty = {
      DATABASE_URL_FILE: join(folder, 'nowhere'),
      REDIS_URL_FILE: file('\n'),
      ADMIN_TOKEN: 'one',
      ADMIN_TOKEN_FILE: join(folder, 'not read'),
    };
    expect(() => readSettings(faulty)).toThrow(
      /DATABASE_URL_FILE cannot be read[^]*REDIS_URL_FILE: .* is empty[^]*ADMIN_TOKEN is set, and ADMIN_TOKEN_FILE too/,
    );
  });

  test('what the file holds is judged as what the environment holds', () => {
    expect(() => readSettings({ DATABASE_URL_FILE: file('postgres://localhost/exco') })).toThrow('DATABASE_URL must');
  });
});

test.each(['redis+sentinel://one:26379,two:26379/exco', 'redis-cluster://one:6379', 'rediss://one', 'unix:///a'])(
  'REDIS_URL=%s is one that the API takes',
  (url) => {
    expect(readSettings({ REDIS_URL: url }).redisUrl).toBe(url);
  },
);
