/** Rows with which a batch leaves at once. The request that reaches this number may bring some more. */
const enoughRows = 200;
/** While nothing is confirmed in time nobody waits for a commit, and fewer, larger batches keep the queue short. */
const lateWindowMilliseconds = 100;

interface Gathered<Row, Sent> {
  rows: Row[];
  sent: Promise<Sent>;
  leave: () => void;
}

/**
 * Gathers the rows of many requests into one batch: ten thousand check-ins become a few hundred writes. The first batch
 * leaves at once; the next gathers until the window since then is over, or until it has 200 rows. So a single
 * student does not wait, and under load batches are full: each costs a job, a transaction and their syncs to disk.
 */
export class Gathering<Row, Sent> {
  private gathering: Gathered<Row, Sent> | null = null;
  private leftAt = -Infinity;
  private underWay = 0;

  /**
   * @param windowMilliseconds between two batches
   * @param isLate asked when a batch begins
   */
  constructor(
    private readonly windowMilliseconds: number,
    private readonly send: (rows: Row[]) => Promise<Sent>,
    private readonly isLate: () => boolean,
  ) {}

  get isIdle(): boolean {
    return this.gathering === null && this.underWay === 0;
  }

  /** Monotonic milliseconds. */
  get lastLeftAt(): number {
    return this.leftAt;
  }

  /** What became of the batch, and where in it these rows are; rejects as the whole batch does. */
  async add(rows: readonly Row[]): Promise<{ sent: Sent; from: number }> {
    const batch = (this.gathering ??= this.begin());
    const from = batch.rows.length;
    batch.rows.push(...rows);
    if (batch.rows.length >= enoughRows) batch.leave();
    return { sent: await batch.sent, from };
  }

  private begin(): Gathered<Row, Sent> {
    const rows: Row[] = [];
    const { promise: sent, resolve } = Promise.withResolvers<Sent>();
    const leave = () => {
      if (this.gathering?.rows !== rows) return;
      clearTimeout(timer);
      this.gathering = null;
      resolve(this.dispatch(rows));
    };
    const window = this.isLate() ? Math.max(lateWindowMilliseconds, this.windowMilliseconds) : this.windowMilliseconds;
    // Not before this turn of the event loop is over: what came with it leaves with it.
    const timer = setTimeout(leave, Math.max(0, this.leftAt + window - performance.now()));
    return { rows, sent, leave };
  }

  private async dispatch(rows: Row[]): Promise<Sent> {
    this.leftAt = performance.now();
    this.underWay++;
    try {
      return await this.send(rows);
    } finally {
      this.underWay--;
    }
  }
}
