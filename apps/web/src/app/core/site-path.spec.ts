import { sitePath } from './site-path';

const origin = 'https://live.school.example';

describe('sitePath', () => {
  it.each(['/', '/events/5/check-in', '/events/5?x=1#y'])('keeps %s', (path) => {
    expect(sitePath(path, origin)).toBe(path);
  });

  it.each([
    'https://evil.example',
    '//evil.example/x',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    'events/5',
    '/.//evil.example',
    '',
    null,
  ])('answers / instead of %j', (path) => {
    expect(sitePath(path, origin)).toBe('/');
  });
});
