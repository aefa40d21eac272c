/** One answer of HTTP/1.1, as far as a student's page looks at it. */
export interface Answer {
  status: number;
  /** Empty when it was only to be counted. */
  body: string;
  /** Of the body. */
  bytes: number;
  /** Of a body that is only counted: how much of it had come by when, from the head on. */
  pieces: { bytes: number; milliseconds: number }[];
  /** As the header of that name says. */
  serverTiming: string | null;
  cookies: string[];
  retryAfterSeconds: number;
  /** The server closes the connection after this one. */
  closes: boolean;
}

const headEnd = Buffer.from('\r\n\r\n');
const lineEnd = Buffer.from('\r\n');
const nothing = Buffer.alloc(0);

/** Reads the answers of one connection, one after the other. `countOnly`: the body is measured and thrown away. */
export class AnswerReader {
  private rest: Buffer = nothing;
  private answer: Answer | null = null;
  private bodyFrom = 0;
  private missing = 0;
  private chunked = false;
  private plans: Buffer[] = [];
  private readonly countOnly: boolean;

  constructor(countOnly = false) {
    this.countOnly = countOnly;
  }

  /** Whether any byte has come. */
  get began(): boolean {
    return this.answer !== null || this.rest.length > 0;
  }

  /** Takes the next bytes; gives the answer once it is whole. The bytes may be overwritten afterwards. @throws Error */
  push(chunk: Buffer, now: number): Answer | null {
    let bytes = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk;
    this.rest = nothing;
    if (!this.answer) {
      const end = bytes.indexOf(headEnd);
      if (end < 0) {
        this.rest = Buffer.from(bytes);
        return null;
      }
      this.readHead(bytes.toString('latin1', 0, end));
      this.bodyFrom = now;
      bytes = bytes.subarray(end + headEnd.length);
    }
    return this.chunked ? this.readChunks(bytes, now) : this.readPlain(bytes, now);
  }

  private readHead(head: string): void {
    const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1]);
    if (!status) throw new Error('this is not an HTTP answer');
    const cookies = [...head.matchAll(/\r\nset-cookie: *([^;\r]*)/gi)].map((found) => found[1] ?? '');
    this.chunked = /\r\ntransfer-encoding: *chunked/i.test(head);
    this.missing = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    this.answer = {
      status,
      body: '',
      bytes: 0,
      pieces: [],
      serverTiming: /\r\nserver-timing: *([^\r]*)/i.exec(head)?.[1] ?? null,
      cookies,
      retryAfterSeconds: Number(/\r\nretry-after: *(\d+)/i.exec(head)?.[1] ?? 0),
      closes: /\r\nconnection: *close/i.test(head),
    };
  }

  private readPlain(bytes: Buffer, now: number): Answer | null {
    this.missing -= bytes.length;
    if (this.missing < 0) throw new Error('more bytes than the answer said');
    return this.missing === 0 ? this.finish(bytes, now) : this.keep(bytes, now);
  }

  private readChunks(bytes: Buffer, now: number): Answer | null {
    let at = 0;
    while (at < bytes.length) {
      const line = bytes.indexOf(lineEnd, at);
      const size = line < 0 ? NaN : parseInt(bytes.toString('latin1', at, line), 16);
      const end = line + 2 + size + 2;
      if (line < 0 || end > bytes.length) break;
      if (Number.isNaN(size)) throw new Error('this is not a chunk');
      if (size === 0) return this.finish(nothing, now);
      this.keep(bytes.subarray(line + 2, end - 2), now);
      at = end;
    }
    this.rest = Buffer.from(bytes.subarray(at));
    return null;
  }

  private keep(bytes: Buffer, now: number): null {
    if (this.countOnly) this.count(bytes.length, now);
    else {
      if (this.answer) this.answer.bytes += bytes.length;
      this.plans.push(Buffer.from(bytes));
    }
    return null;
  }

  private count(bytes: number, now: number): void {
    if (!this.answer || bytes === 0) return;
    this.answer.bytes += bytes;
    this.answer.pieces.push({ bytes: this.answer.bytes, milliseconds: now - this.bodyFrom });
  }

  private finish(last: Buffer, now: number): Answer | null {
    const { answer } = this;
    if (!answer) return null;
    if (this.countOnly) this.count(last.length, now);
    else {
      answer.bytes += last.length;
      answer.body =
        this.plans.length === 0 ? last.toString('utf8') : Buffer.concat([...this.plans, last]).toString('utf8');
    }
    this.answer = null;
    this.plans = [];
    return answer;
  }
}
