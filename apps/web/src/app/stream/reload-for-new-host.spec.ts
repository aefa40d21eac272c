import { jest } from '@jest/globals';
import { reloadForNewHost } from './reload-for-new-host';

function refuse(blockedURI: string, effectiveDirective = 'connect-src'): void {
  document.dispatchEvent(Object.assign(new Event('securitypolicyviolation'), { blockedURI, effectiveDirective }));
}

function onPage() {
  let reloads = 0;
  const left: (() => void)[] = [];
  const destroyed = { onDestroy: (done: () => void) => (left.push(done), () => undefined), destroyed: false };
  reloadForNewHost(destroyed, { reload: () => (reloads += 1) });
  return { reloads: () => reloads, leave: () => left.forEach((done) => done()) };
}

beforeEach(() => sessionStorage.clear());

test('a stream on a host that the page may not speak to: the page is opened anew, once for each host', () => {
  const page = onPage();
  refuse('https://other.example/live.m3u8');
  refuse('https://other.example/1.ts');
  expect(page.reloads()).toBe(1);
  page.leave();
  const again = onPage();
  refuse('https://other.example/1.ts');
  expect(again.reloads()).toBe(0);
  refuse('https://third.example/1.ts', 'media-src');
  expect(again.reloads()).toBe(1);
  again.leave();
});

test('whatever else is refused does not disturb who watches', () => {
  const page = onPage();
  refuse('inline', 'style-src-attr');
  refuse('https://other.example/x.png', 'img-src');
  refuse('blob');
  expect(page.reloads()).toBe(0);
  page.leave();
});

test('a browser that keeps nothing is not opened anew: it would be, over and over', () => {
  const refused = jest.spyOn(globalThis, 'sessionStorage', 'get').mockImplementation(() => {
    throw new DOMException('refused', 'SecurityError');
  });
  const page = onPage();
  refuse('https://other.example/live.m3u8');
  expect(page.reloads()).toBe(0);
  page.leave();
  refused.mockRestore();
});
