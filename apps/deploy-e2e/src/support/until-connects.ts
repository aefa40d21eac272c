import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '@exco/testing';

/** Until somebody listens on this port of this machine, or the process that should has died. */
export async function untilConnects(port: number, died: AbortSignal): Promise<void> {
  await eventually(async () => {
    if (died.aborted) return;
    const socket = connect(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
    } finally {
      socket.destroy();
    }
  });
}
