import { jest } from '@jest/globals';
import {
  DatabaseLate,
  failureOf,
  FaultyRow,
  isContention,
  isFaultyRow,
  isUnavailable,
  passesByItself,
  within,
  type Failure,
} from './failures.ts';

const driver = (fields: object): Error => Object.assign(new Error('told by the driver'), fields);

test.each<[string, unknown, Failure]>([
  ['deadlock', driver({ errno: 1213, code: 'ER_LOCK_DEADLOCK', sqlState: '40001' }), 'contention'],
  ['lock wait timeout', driver({ errno: 1205, sqlState: 'HY000' }), 'contention'],
  ['record changed since the snapshot', driver({ errno: 1020, sqlState: 'HY000' }), 'contention'],
  ['conflict at the commit of a group', driver({ errno: 3101, sqlState: '40000' }), 'contention'],
  ['a key that points nowhere', driver({ errno: 1452, sqlState: '23000' }), 'faulty-row'],
  ['out of range', driver({ errno: 1264, sqlState: '22003' }), 'faulty-row'],
  ['too long', driver({ errno: 1406, sqlState: '22001' }), 'faulty-row'],
  ['a value of the wrong kind', driver({ errno: 1366, sqlState: 'HY000' }), 'faulty-row'],
  ['not a whole number', new FaultyRow('1.5'), 'faulty-row'],
  ['refused', driver({ code: 'ECONNREFUSED', syscall: 'connect' }), 'unavailable'],
  ['its socket is gone', driver({ code: 'ENOENT', syscall: 'connect' }), 'unavailable'],
  ['lost in the middle', driver({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), 'unavailable'],
  ['no answer within the driver’s timeout', driver({ code: 'PROTOCOL_SEQUENCE_TIMEOUT' }), 'unavailable'],
  ['shutting down', driver({ errno: 1053, sqlState: '08S01' }), 'unavailable'],
  ['read only', driver({ errno: 1290, sqlState: 'HY000' }), 'unavailable'],
  ['disk full', driver({ errno: 1021, sqlState: 'HY000' }), 'unavailable'],
  ['table full', driver({ errno: 1114, sqlState: 'HY000' }), 'unavailable'],
  ['too many connections', driver({ errno: 1040, sqlState: '08004' }), 'unavailable'],
  ['statement timeout of MariaDB', driver({ errno: 1969, sqlState: '70100' }), 'unavailable'],
  ['statement timeout of MySQL', driver({ errno: 3024, sqlState: 'HY000' }), 'unavailable'],
  ['a Galera node that is not ready', driver({ errno: 1047, sqlState: '08S01' }), 'unavailable'],
  ['the password was changed', driver({ errno: 1045, sqlState: '28000', fatal: true }), 'unavailable'],
  ['the pool’s queue is full', new Error('Queue limit reached.'), 'unavailable'],
  ['the pool is closed', new Error('Pool is closed.'), 'unavailable'],
  ['no answer within our own deadline', new DatabaseLate('2 s'), 'unavailable'],
  ['a syntax error', driver({ errno: 1064, sqlState: '42000' }), 'permanent'],
  ['an unknown column', driver({ errno: 1054, sqlState: '42S22' }), 'permanent'],
  ['an unknown table', driver({ errno: 1146, sqlState: '42S02' }), 'permanent'],
  ['a mistake of ours', new TypeError('undefined is not a function'), 'permanent'],
  ['another mistake of ours', new RangeError('Invalid array length'), 'permanent'],
  ['a file of ours that is missing', driver({ code: 'ENOENT', syscall: 'open' }), 'permanent'],
  ['no error at all', 'a text', 'permanent'],
  ['nothing', undefined, 'permanent'],
])('%s', (_, error, failure) => {
  expect(failureOf(error)).toBe(failure);
  expect(isContention(error)).toBe(failure === 'contention');
  expect(isFaultyRow(error)).toBe(failure === 'faulty-row');
  expect(passesByItself(error)).toBe(failure === 'contention' || failure === 'unavailable');
});

test('what takes too long is late, and is unavailable; what comes in time is passed on', async () => {
  jest.useFakeTimers();
  try {
    const late = within(1_000, new Promise(() => undefined)).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(1_000);
    expect(isUnavailable(await late)).toBe(true);
    await expect(within(1_000, Promise.resolve(7))).resolves.toBe(7);
    await expect(within(1_000, Promise.reject(new Error('told')))).rejects.toThrow('told');
    expect(jest.getTimerCount()).toBe(0);
  } finally {
    jest.useRealTimers();
  }
});
