import { randomBytes } from 'node:crypto';
import { dial, type Line, type Target } from './dial.ts';
import { closeFrame, FrameParser, pongFrame } from './frame-parser.ts';

export interface LiveListener {
  opened(): void;
  /** The payload is only valid during the call. */
  message(payload: Buffer): void;
  /** Once; `refused` is the HTTP status when the upgrade was not accepted. */
  closed(how: { code: number; refused: number | null }): void;
}

const headEnd = Buffer.from('\r\n\r\n');
const openWithinMilliseconds = 20_000;

/**
 * The page's live connection. Lean on purpose: ten thousand of them share a machine with the system they measure.
 * A spec holds it against the `ws` server.
 */
export class LiveSocket {
  private readonly line: Line;
  private readonly listener: LiveListener;
  private readonly frames: FrameParser;
  private readonly timer: NodeJS.Timeout;
  private head: Buffer | null = Buffer.alloc(0);
  private code = 1006;
  private refused: number | null = null;
  private isClosed = false;

  constructor(target: Target, localAddress: string | undefined, path: string, cookies: string, listener: LiveListener) {
    this.listener = listener;
    this.frames = new FrameParser({
      text: (payload) => listener.message(payload),
      ping: (payload) => this.line.write(pongFrame(payload)),
      close: (code) => {
        this.code = code;
        this.line.write(closeFrame(code === 1005 ? 1000 : code));
        this.line.end();
      },
    });
    const origin = `${target.secure ? 'https' : 'http'}://${target.authority}`;
    const request = [
      `GET ${path} HTTP/1.1`,
      `Host: ${target.authority}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      `Origin: ${origin}`,
      `Cookie: ${cookies}`,
      '\r\n',
    ].join('\r\n');
    this.timer = setTimeout(() => this.line.end(), openWithinMilliseconds);
    this.line = dial(target, localAddress, {
      opened: () => this.line.write(request),
      bytes: (chunk) => this.receive(chunk),
      closed: () => this.closed(),
    });
  }

  /** As a page that is left: 1001. */
  leave(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    if (!this.head) this.line.write(closeFrame(1001));
    this.line.end();
  }

  /** Without a word to a server that says nothing either; `closed` is told. */
  drop(): void {
    this.line.end();
  }

  private receive(chunk: Buffer): void {
    if (this.isClosed) return;
    try {
      if (this.head) this.readHead(this.head, chunk);
      else this.frames.push(chunk);
    } catch {
      this.code = 1002;
      this.line.end();
    }
  }

  private readHead(before: Buffer, chunk: Buffer): void {
    const bytes = Buffer.concat([before, chunk]);
    const end = bytes.indexOf(headEnd);
    if (end < 0) {
      this.head = bytes;
      return;
    }
    const status = Number(bytes.toString('latin1', 9, 12));
    if (status !== 101) {
      this.refused = status;
      this.line.end();
      return;
    }
    this.head = null;
    clearTimeout(this.timer);
    this.listener.opened();
    const rest = bytes.subarray(end + headEnd.length);
    if (rest.length > 0) this.frames.push(rest);
  }

  private closed(): void {
    clearTimeout(this.timer);
    if (this.isClosed) return;
    this.isClosed = true;
    this.listener.closed({ code: this.code, refused: this.refused });
  }
}
