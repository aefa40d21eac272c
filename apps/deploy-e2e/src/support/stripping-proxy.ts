import { once } from 'node:events';
import { createServer, request, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

const stripped = {
  upgrade: ({ upgrade: _, connection: __, ...headers }: IncomingHttpHeaders) => headers,
  cookie: ({ cookie: _, ...headers }: IncomingHttpHeaders) => headers,
  'set-cookie': ({ 'set-cookie': _, ...headers }: IncomingHttpHeaders) => headers,
} as const;

/** A proxy as many are set up: it carries requests, but for one thing; of an upgrade never more than the request. */
export async function proxyWithout(
  what: keyof typeof stripped,
  target: string,
): Promise<{ url: string; server: Server }> {
  const strip = stripped[what];
  const server = createServer((asked, answer) => {
    const passed = request(
      `${target}${asked.url ?? ''}`,
      { method: asked.method, headers: strip(asked.headers) },
      (answered) => {
        answer.writeHead(answered.statusCode ?? 502, strip(answered.headers));
        answered.pipe(answer);
      },
    );
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  // Node hands an upgrade to nobody but its listener; as a plain request it is answered like one.
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
