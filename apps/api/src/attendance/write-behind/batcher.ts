/** While nothing is confirmed in time nobody waits for a commit, and fewer, larger batches keep the queue short. */
const lateWindowMilliseconds = 100;
const enoughRows = 200;

/** Nothing but “accepted and durable” is known of the rows yet. */
export type Accepted = 'queued';

interface Batch<Row, Result> {
  rows: Row[];
  answer: Promise<Result[] | Accepted>;
  leave: () => void;
}

/**
 * Gathers what requests want written into one batch: ten thousand check-ins become a few hundred writes.
 * The first batch leaves at once; the next gathers until the window since then has passed, or until it has 200 rows.
 * So a lone student waits for nobody, and a storm fills its batches: each costs a job, a transaction and their syncs.
 */
export class Batcher<Row, Result> {
  private gathering: Batch<Row, Result> | null = null;
  private leftAt = -Infinity;
  private late = false;

  constructor(
    private readonly windowMilliseconds: number,
    private readonly send: (rows: Row[]) => Promise<Result[] | Accepted>,
  ) {}

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
      if (this.gathering?.rows !== rows) return;
      clearTimeout(timer);
      this.gathering = null;
      resolve(this.dispatch(rows));
    };
    const window = this.late ? Math.max(lateWindowMilliseconds, this.windowMilliseconds) : this.windowMilliseconds;
    const wait = this.leftAt + window - performance.now();
    // Not before this turn of the event loop is over: what came with it leaves with it.
    const timer = setTimeout(leave, Math.max(0, wait));
    return { rows, answer, leave };
  }

  private async dispatch(rows: Row[]): Promise<Result[] | Accepted> {
    this.leftAt = performance.now();
    const answer = await this.send(rows);
    this.late = answer === 'queued';
    return answer;
  }
}
