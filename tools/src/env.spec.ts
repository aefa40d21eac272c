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
