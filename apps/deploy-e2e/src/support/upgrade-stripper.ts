import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy as many are set up: it carries requests, and of an upgrade only the request. */
export async function proxyWithoutUpgrade(target: string): Promise<{ url: string; server: Server }> {
  const server = createServer((asked, answer) => {
    const { upgrade: _, connection: __, ...headers } = asked.headers;
    const passed = request(`${target}${asked.url ?? ''}`, { method: asked.method, headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    passed.on('error', () => answer.destroy());
    asked.pipe(passed);
  });
  // Node hands an upgrade to nobody but its listener; as a plain request it is answered like one.
  server.on('upgrade', (_, socket) => socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
