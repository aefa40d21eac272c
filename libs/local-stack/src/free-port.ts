import { once } from 'node:events';
import { createServer } from 'node:net';
import { StackError } from './stack-error.ts';

async function listen(port: number): Promise<void> {
  const server = createServer();
  server.listen({ port, exclusive: true });
  await once(server, 'listening');
  server.close();
  await once(server, 'close');
}

/** Below the ports that systems give to outgoing connections: one of those could be taken again at any moment. */
const lowest = 12_000;
const highest = 32_000;

/** A port that was free a moment ago, and that nothing but a server would take. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const fault = await portFault(port);
    if (fault === null) return port;
    if (fault !== 'EADDRINUSE') throw new StackError(`No port can be listened on here: ${fault}.`);
  }
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
