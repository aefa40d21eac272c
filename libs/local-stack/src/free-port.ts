import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

async function listen(port: number): Promise<number> {
  const server = createServer();
  server.listen({ port, exclusive: true });
  await once(server, 'listening');
  const { port: given } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return given;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return listen(0);
}

/** `null` when the port can be listened on, else the system's code: EADDRINUSE, EACCES, … */
export async function portFault(port: number): Promise<string | null> {
  try {
    await listen(port);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown';
  }
}
