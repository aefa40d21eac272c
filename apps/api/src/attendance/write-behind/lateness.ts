/**
 * Whether commits are known to be late. While they are, a batch is answered as soon as it is durable. The latest commit
 * decides: one batch that is held up (by a locked row) says nothing about the database while others are in time.
 */
export class Lateness {
  private late = false;
  private inTimeAt = -Infinity;

  constructor(private readonly deadlineMilliseconds: number) {}

  get isLate(): boolean {
    return this.late;
  }

  /** The commit of a batch is known. Times are monotonic milliseconds. */
  committed(sentAt: number, now: number): void {
    if (now - sentAt >= this.deadlineMilliseconds) return;
    this.late = false;
    this.inTimeAt = now;
  }

  /** A batch is over its deadline, and it is still in the queue. */
  missed(sentAt: number): void {
    if (this.inTimeAt < sentAt) this.late = true;
  }

  /** Looked at from time to time: nothing that is over its deadline is waited for any more. */
  nothingOverdue(): void {
    this.late = false;
  }
}
