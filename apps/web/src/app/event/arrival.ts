import { Service, signal } from '@angular/core';
import type { CheckInOutcome } from '@exco/contracts';

export interface Brought {
  userId: number;
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
  private readonly told = signal<{ eventId: number; arrival: Arrival } | null>(null);

  tell(eventId: number, arrival: Arrival): void {
    this.told.set({ eventId, arrival });
  }

  latest(eventId: number): Arrival | null {
    const told = this.told();
    return told?.eventId === eventId ? told.arrival : null;
  }

  close(): void {
    this.told.set(null);
  }
}
