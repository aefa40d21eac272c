import { connect, type Socket } from 'node:net';

const noText: Buffer = Buffer.alloc(0);

interface Wanted {
  port: number;
  path: string;
  cookie?: string;
  /** Which of this machine's own addresses the server sees: one has about 28,000 ports. */
  from?: string;
  onText: (text: Buffer) => void;
  onLost: () => void;
}

/**
 * A WebSocket client of a few lines: with a library's, ten thousand receivers would cost more than the server that is
 * measured. Knows short unmasked frames, as servers send them here, and answers pings.
 * @throws Error when the server refuses the upgrade
 */
export function openRawSocket({ port, path, cookie, from, onText, onLost }: Wanted): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', ...(from ? { localAddress: from } : {}) });
    let rest = noText;
    let open = false;
    const read = (chunk: Buffer) => {
      rest = takeFrames(rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk, socket, onText);
    };
    socket.setNoDelay(true);
    socket.on('error', reject);
    socket.on('close', () => {
      reject(new Error('closed before it was open'));
      if (open) onLost();
    });
    socket.once('data', (answer: Buffer) => {
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0 || !answer.subarray(0, 12).equals(Buffer.from('HTTP/1.1 101'))) {
        socket.destroy();
        reject(new Error(`not upgraded: ${answer.subarray(0, 200).toString()}`));
        return;
      }
      open = true;
      socket.on('data', read);
      const begun = answer.subarray(end + 4);
      if (begun.length > 0) read(begun);
      resolve(socket);
    });
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${cookie ? `Cookie: ${cookie}\r\n` : ''}\r\n`,
    );
  });
}

const textFrame = 0x1;
const pingFrame = 0x9;
/** An empty pong; clients must mask, and nothing masked is nothing. */
const pong = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** @returns what is left of a frame that has not come whole */
function takeFrames(bytes: Buffer, socket: Socket, onText: (text: Buffer) => void): Buffer {
  let at = 0;
  while (bytes.length - at >= 2) {
    const opcode = bytes.readUInt8(at) & 0x0f;
    const short = bytes.readUInt8(at + 1) & 0x7f;
    if (short === 127) throw new RangeError('a frame longer than 64 kB');
    const header = short === 126 ? 4 : 2;
    if (bytes.length - at < header) break;
    const length = short === 126 ? bytes.readUInt16BE(at + 2) : short;
    if (bytes.length - at < header + length) break;
    if (opcode === textFrame) onText(bytes.subarray(at + header, at + header + length));
    if (opcode === pingFrame) socket.write(pong);
    at += header + length;
  }
  return at === bytes.length ? noText : Buffer.from(bytes.subarray(at));
}
