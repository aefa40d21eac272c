import { readFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { spooled } from './spool.ts';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => jest.useRealTimers());

/** Time for the file system and the streams, in which no time passes for the upload: until it is watched, and some more. */
async function settle(): Promise<void> {
  while (jest.getTimerCount() === 0) await turn();
  for (let round = 0; round < 200; round++) await turn();
}

test('a slow upload is taken, however long it lasts', async () => {
  const upload = new PassThrough();
  const read = spooled(upload, (path) => readFile(path, 'utf8'));
  for (const piece of ['a', 'b', 'c', 'd', 'e', 'f']) {
    await settle();
    jest.advanceTimersByTime(29_000);
    upload.write(piece);
  }
  await settle();
  upload.end();
  await expect(read).resolves.toBe('abcdef');
});

test('one that stands still is given up', async () => {
  const upload = new PassThrough();
  const read = spooled(upload, () => Promise.resolve());
  const outcome = expect(read).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  upload.write('a');
  await settle();
  jest.advanceTimersByTime(30_000);
  await outcome;
});
