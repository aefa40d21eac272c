import { AnswerReader, type Answer } from './answer-reader.ts';
import { dial, type Line, type Target } from './dial.ts';

/** The page gives up on a request after so long. */
const answerWithinMilliseconds = 12_000;

/** What the page calls “offline”: no answer came, whatever the reason. */
export class NoAnswer extends Error {
  override readonly name: string = 'NoAnswer';
}

/** The server had closed a kept connection before it read the request. */
export class StaleConnection extends NoAnswer {
  override readonly name = 'StaleConnection';
}

interface Waiting {
  reader: AnswerReader;
  timer: NodeJS.Timeout;
  resolve: (answer: Answer) => void;
  reject: (error: NoAnswer) => void;
}

/** One kept connection, one request at a time. */
export class HttpConnection {
  private readonly line: Line;
  private readonly gone: () => void;
  private isOpen = false;
  private isGone = false;
  private answered = 0;
  private unsent = '';
  private waiting: Waiting | null = null;

  constructor(target: Target, localAddress: string | undefined, gone: () => void) {
    this.gone = gone;
    this.line = dial(target, localAddress, {
      opened: () => this.opened(),
      bytes: (chunk) => this.receive(chunk),
      closed: (error) => this.closed(error),
    });
  }

  get busy(): boolean {
    return this.waiting !== null;
  }

  /** @throws NoAnswer */
  ask(text: string, countOnly: boolean): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(new NoAnswer('no answer within 12 s')), answerWithinMilliseconds);
      this.waiting = { reader: new AnswerReader(countOnly), timer, resolve, reject };
      if (this.isOpen) this.line.write(text);
      else this.unsent = text;
    });
  }

  close(): void {
    this.fail(new NoAnswer('the page was closed'));
  }

  private opened(): void {
    this.isOpen = true;
    if (this.unsent) this.line.write(this.unsent);
    this.unsent = '';
  }

  private receive(chunk: Buffer): void {
    const { waiting } = this;
    if (!waiting) return;
    let answer: Answer | null;
    try {
      answer = waiting.reader.push(chunk, performance.now());
    } catch (error) {
      this.fail(new NoAnswer(String(error)));
      return;
    }
    if (!answer) return;
    this.waiting = null;
    this.answered++;
    clearTimeout(waiting.timer);
    if (answer.closes) this.leave();
    waiting.resolve(answer);
  }

  private closed(error: Error | null): void {
    const why = error?.message ?? 'the server closed the connection';
    const stale = this.answered > 0 && this.waiting?.reader.began === false;
    this.fail(stale ? new StaleConnection(why) : new NoAnswer(why));
  }

  private fail(error: NoAnswer): void {
    const { waiting } = this;
    this.waiting = null;
    this.leave();
    if (!waiting) return;
    clearTimeout(waiting.timer);
    waiting.reject(error);
  }

  private leave(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.gone();
    this.line.end();
  }
}
