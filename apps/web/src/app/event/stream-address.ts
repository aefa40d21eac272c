import { inject, Service } from '@angular/core';
import type { StreamView } from '@exco/contracts';
import { tries } from '@exco/page-rules';
import { Api } from '../core/api';
import { retrying, type Retrying } from '../core/retry';

/** Where the stream is: the student’s own check-in says it, and the live message of a classmate’s; who comes to it otherwise asks. */
@Service()
export class StreamAddress {
  private readonly api = inject(Api);
  private told: { eventId: number; stream: StreamView } | undefined;

  know(eventId: number, stream: StreamView): void {
    this.told = { eventId, stream };
  }

  /** The host may have changed it. The one that is known stays when nobody answers. */
  async again(eventId: number): Promise<StreamView | null> {
    const stream = await retrying(() => this.api.stream(eventId), { tries: tries.event }).catch(() => null);
    if (stream) this.know(eventId, stream);
    return stream;
  }

  /** The student is in: the page keeps asking for as long as it takes. @throws ApiProblem, or the signal's reason */
  async of(eventId: number, options: Pick<Retrying, 'signal' | 'waiting'>): Promise<StreamView> {
    if (this.told?.eventId === eventId) return this.told.stream;
    return retrying(() => this.api.stream(eventId), { ...options, tries: tries.stream });
  }
}
