import { createLiveEvent, streamUrl, timesOutOfOrder } from './admin.ts';
import { looseInstant } from './primitives.ts';

describe('where a stream may be', () => {
  test.each([
    '/demo-stream/live.m3u8',
    'https://stream.example/live.m3u8',
    'https://stream.example:8443/a/b.m3u8?token=x',
    'http://localhost:8080/live.m3u8',
    'http://127.0.0.1/live.m3u8',
    'http://[::1]:8080/live.m3u8',
  ])('%s', (text) => {
    expect(streamUrl.safeParse(text).success).toBe(true);
  });

  test.each([
    '',
    'live.m3u8',
    '/other/live.m3u8',
    '//stream.example/live.m3u8',
    'http://stream.example/live.m3u8',
    'http://localhost.stream.example/live.m3u8',
    'https://me:secret@stream.example/live.m3u8',
    'https://me@stream.example/live.m3u8',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://stream.example/live.m3u8',
    'https://stream.example/live.m3u8\r\nX: y',
    'https://stream.example/li\nve.m3u8',
    'https://stream.example/live.m3u8\u0000',
    ' https://stream.example/live.m3u8',
    'https:/stream.example/live.m3u8',
    'https:stream.example/live.m3u8',
    'https:///stream.example/live.m3u8',
    'https:\\\\stream.example\\live.m3u8',
    'file:///etc/passwd',
    `https://stream.example/${'x'.repeat(2_000)}`,
  ])('not %s', (text) => {
    expect(streamUrl.safeParse(text).success).toBe(false);
  });
});

describe('the times of an event', () => {
  const [one, two, three, four] = ['01', '02', '03', '04'].map((hour) => `2026-01-01T${hour}:00:00Z`);

  test.each([
    [{ opensAt: one, startsAt: two, endsAt: three, closesAt: four }, null],
    [{ opensAt: one, startsAt: one, endsAt: three, closesAt: four }, null],
    [{ opensAt: two, startsAt: one, endsAt: three, closesAt: four }, 'startsAt'],
    [{ opensAt: one, startsAt: two, endsAt: two, closesAt: four }, 'endsAt'],
    [{ opensAt: one, startsAt: two, endsAt: three, closesAt: three }, 'closesAt'],
    [{ preparesAt: one, opensAt: one }, null],
    [{ preparesAt: two, opensAt: one }, 'preparesAt'],
    [{ preparesAt: null, opensAt: one }, null],
    // What is absent is not judged.
    [{ endsAt: three }, null],
    [{ opensAt: three, endsAt: two }, null],
    [{}, null],
    // Compared as moments, not as texts.
    [{ startsAt: '2026-01-01T02:00:00+02:00', endsAt: '2026-01-01T01:00:00Z' }, null],
  ])('%j', (times, field) => {
    expect(timesOutOfOrder(times)?.[0] ?? null).toBe(field);
  });

  test('out of order, they name the field', () => {
    const read = createLiveEvent.safeParse({ title: 'x', opensAt: four, startsAt: three, endsAt: two, closesAt: one });
    expect(read.error?.issues.map(({ path }) => path.join('.'))).toEqual(['startsAt']);
  });
});

test.each([
  ['2000-01-01T00:00:00Z', true],
  ['2099-12-31T23:59:59.999Z', true],
  ['2026-11-22T10:00:00+01:00', true],
  ['0000-01-01T00:00:00Z', false],
  ['0026-11-22T09:00:00Z', false],
  ['0099-11-22T09:00:00Z', false],
  ['1999-12-31T23:59:59Z', false],
  ['2099-12-31T23:59:59-01:00', false],
  ['9999-12-31T23:59:59-12:00', false],
])('the time %s is taken: %s', (text, isTaken) => {
  expect(looseInstant.safeParse(text).success).toBe(isTaken);
});
