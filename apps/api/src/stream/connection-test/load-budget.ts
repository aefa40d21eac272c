import { ApiError } from '../../infrastructure/http/api-error.ts';

const windowMilliseconds = 60_000;
/** Some twenty-five whole tests, each of at most 448 kB. */
const bytesPerWindow = 12_000_000;

/** Of all who are not signed in: the page tests when somebody is, and a CDN asks once. */
const bytesOfNobody = 60_000_000;

/** Keeps test images from being loaded for ever. By session, never by address: a school is one address. */
export class LoadBudget {
  private spent = new Map<number | null, number>();
  private windowEnds = 0;

  /** @throws ApiError TOO_MANY_REQUESTS */
  spend(userId: number | null, bytes: number, now = Date.now()): void {
    if (now >= this.windowEnds) {
      this.spent = new Map();
      this.windowEnds = now + windowMilliseconds;
    }
    const total = (this.spent.get(userId) ?? 0) + bytes;
    if (total > (userId === null ? bytesOfNobody : bytesPerWindow))
      throw new ApiError('TOO_MANY_REQUESTS', undefined, Math.ceil((this.windowEnds - now) / 1000));
    this.spent.set(userId, total);
  }
}
