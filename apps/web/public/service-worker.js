/**
 * Keeps the shell of the page, so that the second visit shows it without the network: the one page, and the files whose
 * names carry a hash of their content. Nothing of the API is kept.
 */
const cacheName = 'exco-shell';
const notPages = /^\/(api|docs|docs-json|health|metrics|demo-stream)(\/|$)/;
const hashedName = /[.-][\w-]{8}\.(js|css|woff2)$/;

self.addEventListener('install', (event) => event.waitUntil(keepShell().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== location.origin) return;
  if (request.mode === 'navigate' && !notPages.test(url.pathname)) {
    event.respondWith(caches.match('/').then((page) => page ?? fetch(request)));
    // The next visit gets what is new by now.
    event.waitUntil(keepShell().catch(() => undefined));
  } else if (hashedName.test(url.pathname)) event.respondWith(fileOf(request));
});

async function fileOf(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(cacheName);
    await cache.put(request, answer.clone()).catch(() => undefined);
  }
  return answer;
}

/** The page and the files that it names, all or nothing: a page without its files would show nothing. */
async function keepShell() {
  const answer = await fetch('/', { cache: 'no-cache' });
  if (!answer.ok || !answer.headers.get('content-type')?.startsWith('text/html')) return;
  const page = await answer.clone().text();
  const cache = await caches.open(cacheName);
  const before = await (await cache.match('/'))?.text();
  if (page === before) return;
  const files = [...page.matchAll(/(?:href|src)="([^":]+)"/g)]
    .map(([, file]) => file)
    .filter((file) => hashedName.test(file));
  await cache.addAll(files);
  await cache.put('/', answer);
  // Files of an older version: nothing names them any more.
  for (const request of before === undefined ? [] : await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== '/' && !files.some((file) => pathname.endsWith(file))) await cache.delete(request);
  }
}
