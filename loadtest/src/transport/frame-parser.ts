/** https://www.rfc-editor.org/rfc/rfc6455#section-5.2 */
const opcodes = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa } as const;

export interface FrameListener {
  /** The payload is only valid during the call. */
  text(payload: Buffer): void;
  ping(payload: Buffer): void;
  close(code: number): void;
}

/** Reads what a server sends over a WebSocket: whole, unmasked frames. The system never fragments a message. */
export class FrameParser {
  private rest: Buffer | null = null;
  private readonly listener: FrameListener;

  constructor(listener: FrameListener) {
    this.listener = listener;
  }

  /** @throws Error when the server says what a server must not, or what this one never does */
  push(chunk: Buffer): void {
    const bytes = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    this.rest = null;
    let at = 0;
    while (at < bytes.length) {
      const end = this.readFrame(bytes, at);
      if (end === null) break;
      at = end;
    }
    if (at < bytes.length) this.rest = Buffer.from(bytes.subarray(at));
  }

  /** Where the next frame begins; null when this one is not whole yet. */
  private readFrame(bytes: Buffer, at: number): number | null {
    if (bytes.length - at < 2) return null;
    const first = bytes.readUInt8(at);
    const short = bytes.readUInt8(at + 1);
    if ((short & 0x80) !== 0) throw new Error('a server must not mask its frames');
    let from = at + 2;
    let length = short;
    if (short === 126) {
      if (bytes.length - at < 4) return null;
      length = bytes.readUInt16BE(at + 2);
      from = at + 4;
    } else if (short === 127) throw new Error('a message of more than 64 kB');
    const end = from + length;
    if (end > bytes.length) return null;
    if ((first & 0x80) === 0) throw new Error('a fragmented message');
    this.deliver(first & 0x0f, bytes.subarray(from, end));
    return end;
  }

  private deliver(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.text) this.listener.text(payload);
    else if (opcode === opcodes.ping) this.listener.ping(payload);
    else if (opcode === opcodes.close) this.listener.close(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
    else if (opcode !== opcodes.pong) throw new Error(`a frame of kind ${opcode}`);
  }
}

/** A frame of a client: always masked. Payloads of control frames are at most 125 bytes. */
function maskedFrame(opcode: number, payload: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(6 + payload.length);
  frame.writeUInt8(0x80 | opcode, 0);
  frame.writeUInt8(0x80 | payload.length, 1);
  const mask = (Math.random() * 2 ** 32) >>> 0;
  frame.writeUInt32BE(mask, 2);
  for (let index = 0; index < payload.length; index++)
    frame.writeUInt8(payload.readUInt8(index) ^ ((mask >>> (24 - 8 * (index % 4))) & 0xff), 6 + index);
  return frame;
}

export const pongFrame = (payload: Buffer) => maskedFrame(opcodes.pong, payload);

export function closeFrame(code: number): Buffer {
  const payload = Buffer.alloc(2);
  payload.writeUInt16BE(code);
  return maskedFrame(opcodes.close, payload);
}
