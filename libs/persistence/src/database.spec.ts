import { dataSourceOptions, parseDatabaseUrl } from './database.ts';

test.each([
  [
    'mysql://me:s%40cret@db.example:3307/exco',
    { host: 'db.example', port: 3307, user: 'me', password: 's@cret', database: 'exco' },
  ],
  [
    'mysql://root@localhost/exco-live',
    { host: 'localhost', port: 3306, user: 'root', password: '', database: 'exco-live' },
  ],
  ['mysql://root@localhost/exco?socketPath=/a%20b/m.sock', { database: 'exco', socketPath: '/a b/m.sock' }],
])('%s', (text, address) => {
  expect(parseDatabaseUrl(text)).toMatchObject(address);
});

test.each([
  'exco',
  'postgres://me@localhost/exco',
  'mysql://me@localhost',
  'mysql://me@localhost/',
  'mysql://me@localhost/a;b',
  'mysql://me@localhost/a%60b',
])('not %s', (text) => {
  expect(() => parseDatabaseUrl(text)).toThrow(/Invalid URL|a database address looks like/);
});

test('nothing ever changes tables but a migration, a duplicate counts 0, a whole number is one, and what waits for a connection is bounded', () => {
  const options = dataSourceOptions('mysql://root@localhost/exco');
  expect(options).toMatchObject({
    synchronize: false,
    timezone: 'Z',
    bigNumberStrings: false,
    extra: { flags: ['-FOUND_ROWS'], queueLimit: 1_000 },
  });
});
