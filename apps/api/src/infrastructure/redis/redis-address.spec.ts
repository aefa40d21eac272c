import { clusterOfAddress, isRedisAddress, optionsOfAddress } from './redis-address.ts';

test('several Sentinels, the name of the master, who asks and which database', () => {
  expect(
    optionsOfAddress('redis+sentinel://exco:p%40ss@one:26380,two,[::1]:7/live/3?sentinelPassword=s%2F'),
  ).toMatchObject({
    sentinels: [
      { host: 'one', port: 26_380 },
      { host: 'two', port: 26_379 },
      { host: '::1', port: 7 },
    ],
    name: 'live',
    db: 3,
    username: 'exco',
    password: 'p@ss',
    sentinelPassword: 's/',
  });
  const least = optionsOfAddress('redis+sentinel://one/live');
  expect(least).toMatchObject({ sentinels: [{ host: 'one', port: 26_379 }], name: 'live', db: 0 });
  expect(least).not.toHaveProperty('password');
});

test('some nodes of a Cluster, and who asks', () => {
  expect(clusterOfAddress('redis-cluster://exco:p%40ss@one:7000,two')).toEqual({
    nodes: [
      { host: 'one', port: 7_000 },
      { host: 'two', port: 6_379 },
    ],
    options: { username: 'exco', password: 'p@ss' },
  });
  expect(clusterOfAddress('redis://one')).toBeNull();
});

test('a socket is a path, and what the client reads itself is left to it', () => {
  expect(optionsOfAddress('unix:///run/redis.sock')).toEqual({ path: '/run/redis.sock' });
  expect(optionsOfAddress('redis://host:6379/1')).toBeNull();
});

test.each([
  'redis://h',
  'rediss://h:6379',
  'unix:///s',
  'redis+sentinel://h/n',
  'redis+sentinel://h:1,i:2/n/0',
  'redis-cluster://h,i:1',
])('%s is an address', (url) => expect(isRedisAddress(url)).toBe(true));

test.each([
  '',
  'h:6379',
  'http://h',
  'redis+sentinel://h',
  'redis+sentinel:///n',
  'redis+sentinel://h/n/x',
  'redis-cluster://h/1',
])('%j is none', (url) => expect(isRedisAddress(url)).toBe(false));
