import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { perform } from '../perform.ts';

export type BareSockets = typeof acts;

let server: WebSocketServer | undefined;

const acts = {
  /** @returns its port */
  listen: async (): Promise<number> => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false, maxPayload: 1_024 });
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  },
  /** The plain loop over all clients. */
  say: (text: string): void => {
    for (const client of server?.clients ?? []) client.send(text);
  },
};

perform(acts);
