import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvError, readDatabaseUrl, readEnv } from './env.ts';

const right = {
  DATABASE_URL: 'mysql://root@localhost/exco',
  REDIS_URL: 'redis://localhost',
  ADMIN_TOKEN: 'sixteen-letters!',
  SESSION_SECRET: 'a secret of thirty-two letters!!',
};

function faultsOf(source: Record<string, string>): string[] {
  try {
    readEnv(source);
    return [];
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(':')[0] ?? '');
  }
}

test('what is left out has a default', () => {
  expect(readEnv(right)).toMatchObject({
    PORT: 3000,
    SIGN_IN: 'username',
    ADMIN_TOKEN: ['sixteen-letters!'],
    docs: false,
  });
  expect(readEnv({ ...right, NODE_ENV: 'development' }).docs).toBe(true);
  expect(readEnv({ ...right, DOCS: 'on', PORT: '' })).toMatchObject({ docs: true, PORT: 3000 });
  expect(readEnv({ ...right, ADMIN_TOKEN: 'sixteen-letters!, and-another-one-here' }).ADMIN_TOKEN).toEqual([
    'sixteen-letters!',
    'and-another-one-here',
  ]);
});

test('every process is told apart', () => {
  expect(readEnv(right).processId).not.toBe(readEnv(right).processId);
});

test('every fault is listed at once', () => {
  expect(faultsOf({})).toEqual(['DATABASE_URL', 'REDIS_URL', 'ADMIN_TOKEN', 'SESSION_SECRET']);
  expect(
    faultsOf({
      ...right,
      PORT: '70000',
      SIGN_IN: 'anyhow',
      ADMIN_TOKEN: 'short',
      SESSION_SECRET: 'short',
      PUBLIC_URL: 'live.example',
      TRUST_PROXY: 'yes',
    }),
  ).toEqual(['PORT', 'ADMIN_TOKEN', 'SESSION_SECRET', 'SIGN_IN', 'PUBLIC_URL', 'TRUST_PROXY']);
});

test.each([
  ['PORT', 'http'],
  ['PORT', '-1'],
  ['PORT', '3000.5'],
  ['DATABASE_URL', 'postgres://localhost/exco'],
  ['DATABASE_URL', 'mysql://localhost'],
  ['REDIS_URL', 'localhost:6379'],
  ['ADMIN_TOKEN', 'sixteen-letters!,short'],
  ['LAUNCH_SECRET', 'short'],
  ['PUBLIC_URL', 'ftp://live.example'],
  ['API_PROCESSES', '0'],
])('%s=%s is refused', (name, value) => {
  expect(faultsOf({ ...right, [name]: value })).toEqual([name]);
});

describe('a secret in a file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'exco-secret-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test.each(Object.keys({ ...right, LAUNCH_SECRET: '', REDIS_COUNTS_URL: '' }) as (keyof typeof right)[])(
    '%s_FILE takes the place of %s',
    (name) => {
      const value = {
        ...right,
        LAUNCH_SECRET: 'what another platform signs its launches with',
        REDIS_COUNTS_URL: right.REDIS_URL,
      }[name];
      const { [name]: _, ...others } = right;
      writeFileSync(join(folder, 'it'), `${value}\n`);
      const read = readEnv({ ...others, [`${name}_FILE`]: join(folder, 'it') });
      expect([read[name]].flat()).toEqual([value]);
    },
  );

  test('both, or a file that is missing, is a fault', () => {
    writeFileSync(join(folder, 'it'), right.ADMIN_TOKEN);
    expect(faultsOf({ ...right, ADMIN_TOKEN_FILE: join(folder, 'it') })).toEqual(['ADMIN_TOKEN']);
    const { ADMIN_TOKEN: _, ...others } = right;
    expect(faultsOf({ ...others, ADMIN_TOKEN_FILE: join(folder, 'none') })).toEqual(['ADMIN_TOKEN_FILE']);
  });

  test('the database alone', () => {
    writeFileSync(join(folder, 'it'), right.DATABASE_URL);
    expect(readDatabaseUrl({ DATABASE_URL_FILE: join(folder, 'it') })).toBe(right.DATABASE_URL);
    expect(() => readDatabaseUrl({})).toThrow('DATABASE_URL: must be set');
  });
});

test.each([
  ['off', 0],
  ['on', 1],
  ['2', 2],
])('TRUST_PROXY=%s is %d hops', (text, hops) => {
  expect(readEnv({ ...right, TRUST_PROXY: text }).TRUST_PROXY).toBe(hops);
});

test('secrets are not told', () => {
  expect(() => readEnv({ ...right, SESSION_SECRET: 'hunter2', ADMIN_TOKEN: 'hunter2' })).toThrow(
    expect.objectContaining({ message: expect.not.stringContaining('hunter2') as string }) as Error,
  );
});
