import type { Batch, Outcome } from './batch.ts';

/** Rows that this process has queued and not seen committed: some 60 MB. Beyond it the process is busy. */
export const mostKeptRows = 400_000;

export interface KeptBatch {
  readonly id: string;
  readonly batch: Batch;
  /** Monotonic milliseconds. */
  readonly sentAt: number;
  /** When the queue was last asked whether it still has the batch. Monotonic. */
  lookedAt: number;
  readonly answer: (outcome: Outcome) => void;
  readonly fail: (error: Error) => void;
}

/**
 * The batches that this process has put into the queue and whose commit it has not seen. It promised them, so it keeps
 * them: a queue that has lost them is given them again.
 */
export class KeptBatches {
  private readonly kept = new Map<string, KeptBatch>();
  private rows = 0;

  get size(): number {
    return this.kept.size;
  }

  hasRoom(rows: number): boolean {
    return this.rows + rows <= mostKeptRows;
  }

  keep(batch: KeptBatch): void {
    this.kept.set(batch.id, batch);
    this.rows += batch.batch.rows.length;
  }

  get(id: string): KeptBatch | undefined {
    return this.kept.get(id);
  }

  release(id: string): void {
    const found = this.kept.get(id);
    if (!found) return;
    this.kept.delete(id);
    this.rows -= found.batch.rows.length;
  }

  all(): Iterable<KeptBatch> {
    return this.kept.values();
  }
}
