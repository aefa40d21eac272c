import { Service, signal } from '@angular/core';
import type { CheckInOutcome } from '@exco/contracts';

export interface Brought {
  displayName: string;
  outcome: CheckInOutcome;
}

/** How the student came in: told on the stream page, once. */
export interface Arrival {
  /** The classmate who checked this student in; null when they did it themselves. */
  broughtBy: string | null;
  /** Whom this student brought, and what became of each. */
  brought: Brought[];
}

@Service()
export class Arrivals {
  readonly latest = signal<Arrival | null>(null);
}
