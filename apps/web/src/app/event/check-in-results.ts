import { inject, Service } from '@angular/core';
import type { Companion, StreamView } from '@exco/contracts';
import { type Arrival, Arrivals } from './arrival';
import { MyGroup } from './my-group';
import { StreamAddress } from './stream-address';

export interface CheckInResult {
  /** Me and those I brought; null when only the server knows. */
  group: readonly Companion[] | null;
  /** Where the stream is, when the answer said it. */
  stream: StreamView | null;
  arrival: Arrival;
}

/** What the answer to a check-in tells the pages that come after it, so that they need not ask. */
@Service()
export class CheckInResults {
  private readonly arrivals = inject(Arrivals);
  private readonly group = inject(MyGroup);
  private readonly stream = inject(StreamAddress);

  take(eventId: number, { group, stream, arrival }: CheckInResult): void {
    this.group.know(eventId, group);
    if (stream) this.stream.know(eventId, stream);
    this.arrivals.tell(eventId, arrival);
  }
}
