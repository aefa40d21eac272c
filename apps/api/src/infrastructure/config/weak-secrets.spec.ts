import { randomBytes } from 'node:crypto';
import { readEnv } from './env.ts';
import { weaknessOf } from './weak-secrets.ts';

test.each([
  'x'.repeat(40),
  'ab'.repeat(20),
  'abcdefgh'.repeat(5),
  '0123456789'.repeat(4),
  'k7Qm2Xzw'.repeat(4),
  'changeme-changeme-changeme-changeme!',
  'admin-token-admin-token-1',
  'super-secret-secret-password-1234',
  'TestTestSecret-SecretPassword12345',
  '00000000000000000000000000000001',
])('%s is guessed', (secret) => {
  expect(weaknessOf(secret)).not.toBeNull();
});

test.each(['sixteen-letters!', 'correct horse battery staple', 'a secret of thirty-two letters!!'])(
  '%s is not',
  (secret) => {
    expect(weaknessOf(secret)).toBeNull();
  },
);

test('nothing random is refused', () => {
  for (let round = 0; round < 2_000; round++)
    for (const encoding of ['hex', 'base64url'] as const)
      expect(weaknessOf(randomBytes(24).toString(encoding))).toBeNull();
});

describe('in production', () => {
  const right = {
    DATABASE_URL: 'mysql://exco@localhost/exco',
    REDIS_URL: 'redis://localhost',
    ADMIN_TOKEN: randomBytes(24).toString('hex'),
    SESSION_SECRET: randomBytes(32).toString('hex'),
  };
  const weak = { ...right, ADMIN_TOKEN: 'changeme-changeme', LAUNCH_SECRET: right.SESSION_SECRET };

  test('a secret that is weak, or does two jobs, stops the start and is not told', () => {
    expect(readEnv(right).SESSION_SECRET).toBe(right.SESSION_SECRET);
    expect(() => readEnv(weak)).toThrow(
      /ADMIN_TOKEN: is made of well-known words[^]*LAUNCH_SECRET: must not be the same as SESSION_/,
    );
    expect(() => readEnv(weak)).not.toThrow('changeme');
    expect(() => readEnv({ ...right, ADMIN_TOKEN: right.SESSION_SECRET })).toThrow(/SESSION_SECRET: must not be/);
  });

  test('a developer may use any', () => {
    expect(() => readEnv({ ...weak, NODE_ENV: 'development' })).not.toThrow();
  });
});
