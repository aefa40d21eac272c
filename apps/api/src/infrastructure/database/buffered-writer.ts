import { randomBytes } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { singleFlight } from '../scheduling/single-flight.ts';
import { bisect } from './bisect.ts';
import { passesByItself } from './failures.ts';

export interface BufferedWriterOptions<Row> {
  /** What the rows are, for the log. */
  name: string;
  /**
   * One statement or transaction. It is repeated with the same key when its answer was lost, and must then change
   * nothing: the key says whether these rows are there already.
   */
  write: (rows: readonly Row[], key: Buffer) => Promise<void>;
  rowsPerStatement: number;
  /** While the database is away rows wait in memory; what does not fit is dropped and counted. */
  mostWaiting: number;
  onLost: (reason: 'refused' | 'dropped', count: number) => void;
}

/** Begins with the time, so that old keys are a range. */
function newKey(): Buffer {
  const key = randomBytes(16);
  key.writeUIntBE(Date.now(), 0, 6);
  return key;
}

interface Statement<Row> {
  key: Buffer;
  rows: readonly Row[];
}

/**
 * Rows that are written in the background, in multi-row statements. A row that the database refuses is lost alone;
 * a database that is away loses nothing until the buffer is full.
 */
export class BufferedWriter<Row> {
  private readonly logger: Logger;
  private waiting: Row[] = [];
  /** Sent, and perhaps written: an answer may be lost. Sent again exactly as it was. */
  private unanswered: Statement<Row>[] = [];
  private dropped = 0;

  constructor(private readonly options: BufferedWriterOptions<Row>) {
    this.logger = new Logger(options.name);
  }

  get size(): number {
    return this.unanswered.reduce((sum, { rows }) => sum + rows.length, this.waiting.length);
  }

  /** @returns how many fitted; the others are lost */
  add(rows: readonly Row[]): number {
    const fitting = Math.max(0, Math.min(rows.length, this.options.mostWaiting - this.size));
    for (let at = 0; at < fitting; at++) this.waiting.push(rows[at] as Row);
    const lost = rows.length - fitting;
    if (lost > 0) {
      this.dropped += lost;
      this.options.onLost('dropped', lost);
    }
    return fitting;
  }

  /**
   * Writes whatever was added before this call, also when another flush is under way. Never throws: what a database
   * that is away could not take waits for the next flush.
   */
  readonly flush = singleFlight(() => this.writeAll());

  private async writeAll(): Promise<void> {
    if (this.dropped > 0) this.logger.error(`${this.dropped} are lost: too many wait for the database`);
    this.dropped = 0;
    // What is added meanwhile waits for the next flush: under load it would otherwise leave a few rows at a time, for ever.
    let left = this.waiting.length;
    try {
      for (;;) {
        const again = this.unanswered.shift();
        const statement = again ?? this.nextStatement(left);
        if (!statement) return;
        if (!again) left -= statement.rows.length;
        await this.send(statement);
      }
    } catch (error) {
      this.logger.warn(`${this.size} wait for the database: ${String(error)}`);
    }
  }

  private nextStatement(mostRows: number): Statement<Row> | undefined {
    const rows = this.waiting.splice(0, Math.min(mostRows, this.options.rowsPerStatement));
    return rows.length > 0 ? { key: newKey(), rows } : undefined;
  }

  private async send({ key, rows }: Statement<Row>): Promise<void> {
    let keyOfNext: Buffer | null = key;
    let away: { error: unknown } | undefined;
    const write = async (part: readonly Row[]) => {
      // A statement that was refused has written nothing, so its halves are new ones.
      const statement = { key: keyOfNext ?? newKey(), rows: part };
      keyOfNext = null;
      if (away) this.unanswered.push(statement);
      else
        try {
          await this.options.write(statement.rows, statement.key);
        } catch (error) {
          if (!passesByItself(error)) throw error;
          away = { error };
          this.unanswered.push(statement);
        }
      return part;
    };
    const refusals = (await bisect(rows, write, () => true)).filter((outcome) => outcome.kind === 'refused');
    if (refusals.length > 0) {
      this.logger.error(`${refusals.length} refused for good, the first: ${String(refusals[0]?.error)}`);
      this.options.onLost('refused', refusals.length);
    }
    if (away) throw away.error;
  }
}
