const windowMilliseconds = 10;
const enoughRows = 500;

/** Nothing but “accepted and durable” is known of the rows yet. */
export type Accepted = 'queued';

interface Batch<Row, Result> {
  rows: Row[];
  answer: Promise<Result[] | Accepted>;
  leave: () => void;
}

/**
 * Gathers what requests want written into one batch: ten thousand check-ins become a few hundred writes.
 * A batch leaves 10 ms after its first row, or with 500 rows.
 */
export class Coalescer<Row, Result> {
  private gathering: Batch<Row, Result> | null = null;

  constructor(private readonly send: (rows: Row[]) => Promise<Result[] | Accepted>) {}

  /** The results of these rows alone; rejects as the whole batch does. */
  async write(rows: readonly Row[]): Promise<Result[] | Accepted> {
    const batch = (this.gathering ??= this.begin());
    const from = batch.rows.length;
    batch.rows.push(...rows);
    if (batch.rows.length >= enoughRows) batch.leave();
    const results = await batch.answer;
    return results === 'queued' ? results : results.slice(from, from + rows.length);
  }

  private begin(): Batch<Row, Result> {
    const rows: Row[] = [];
    const { promise: answer, resolve } = Promise.withResolvers<Result[] | Accepted>();
    const leave = () => {
      clearTimeout(timer);
      this.gathering = null;
      resolve(this.send(rows));
    };
    const timer = setTimeout(leave, windowMilliseconds);
    return { rows, answer, leave };
  }
}
