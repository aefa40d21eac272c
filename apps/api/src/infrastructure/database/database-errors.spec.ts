import { isContention, isFaultyRow, isUnavailable, within } from './database-errors.ts';

const driver = (fields: object): Error => Object.assign(new Error('told by the driver'), fields);

test.each<[string, Error, 'contention' | 'faulty row' | 'unavailable' | 'neither']>([
  ['deadlock', driver({ errno: 1213, code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }), 'contention'],
  ['lock wait timeout', driver({ errno: 1205, sqlState: 'HY000' }), 'contention'],
  ['a key that points nowhere', driver({ errno: 1452, sqlState: '23000' }), 'faulty row'],
  ['out of range', driver({ errno: 1264, sqlState: '22003' }), 'faulty row'],
  ['too long', driver({ errno: 1406, sqlState: '22001' }), 'faulty row'],
  ['a value of the wrong kind', driver({ errno: 1366, sqlState: 'HY000' }), 'faulty row'],
  ['not a whole number', new RangeError('1.5'), 'faulty row'],
  ['refused', driver({ code: 'ECONNREFUSED' }), 'unavailable'],
  ['its socket is gone', driver({ code: 'ENOENT' }), 'unavailable'],
  ['lost in the middle', driver({ code: 'PROTOCOL_CONNECTION_LOST' }), 'unavailable'],
  ['shutting down', driver({ errno: 1053, sqlState: '08S01' }), 'unavailable'],
  ['read only', driver({ errno: 1290, sqlState: 'HY000' }), 'unavailable'],
  ['too many connections', driver({ errno: 1040, sqlState: '08004' }), 'unavailable'],
  ['the pool’s queue is full', new Error('Queue limit reached.'), 'unavailable'],
  ['a syntax error is ours', driver({ errno: 1064, sqlState: '42000' }), 'neither'],
  ['a mistake of ours', new TypeError('undefined is not a function'), 'neither'],
])('%s', (_, error, kind) => {
  expect(isFaultyRow(error)).toBe(kind === 'faulty row');
  expect(isContention(error)).toBe(kind === 'contention');
  // The same statement may pass in a moment: to a student that is the same as away.
  expect(isUnavailable(error)).toBe(kind === 'unavailable' || kind === 'contention');
});

test('what takes too long is late, and is unavailable; what comes in time is passed on', async () => {
  const late = await within(5, new Promise(() => undefined)).catch((error: unknown) => error);
  expect(isUnavailable(late)).toBe(true);
  await expect(within(1_000, Promise.resolve(7))).resolves.toBe(7);
  await expect(within(1_000, Promise.reject(new Error('told')))).rejects.toThrow('told');
});
