import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { textFrame } from './text-frame.ts';

test.each([0, 2, 125, 126, 127, 65_535])('a browser reads a message of %i bytes', async (length) => {
  const text = 'é'.repeat(Math.floor(length / 2)).padEnd(length - Math.floor(length / 2), '.');
  const server = new WebSocketServer({ port: 0 });
  server.on(
    'connection',
    (_, request) => void request.socket.write(Buffer.concat([textFrame(text), textFrame('next')])),
  );
  await once(server, 'listening');
  const browser = new WebSocket(`ws://localhost:${(server.address() as AddressInfo).port}`);
  const heard: unknown[] = [];
  await new Promise<void>((resolve) => {
    browser.onmessage = ({ data }) => {
      if (heard.push(data) === 2) resolve();
    };
  });
  browser.close();
  server.close();
  expect(heard).toEqual([text, 'next']);
});

test('nothing longer is sent', () => {
  expect(() => textFrame('x'.repeat(65_536))).toThrow('65536');
});
