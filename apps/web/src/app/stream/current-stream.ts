import { computed, DestroyRef, effect, inject, Service, signal, untracked } from '@angular/core';
import type { StreamView } from '@exco/contracts';
import { type ApiProblem, problemOf } from '../core/api-problem';
import { pause } from '../core/retry';
import { CurrentEvent } from '../event/current-event';
import { StreamAddress } from '../event/stream-address';

/** Every page hears of a change in the same moment: each asks for the new address within so long. */
const askAgainWithin = 2_500;

/** Where the stream of the current event is: asked for when the page opens, and again when the host changes the event. */
@Service({ autoProvided: false })
export class CurrentStream {
  private readonly address = inject(StreamAddress);
  private readonly event = inject(CurrentEvent);
  private readonly leaving = new AbortController();
  private readonly known = signal<StreamView | null>(null);
  private readonly trouble = signal<ApiProblem | null>(null);

  readonly view = this.known.asReadonly();
  readonly problem = this.trouble.asReadonly();

  constructor() {
    const eventId = computed(() => this.event.view()?.id);
    effect(() => {
      const id = eventId();
      if (id !== undefined) untracked(() => void this.load(id));
    });
    let revision = this.event.revision();
    effect(() => {
      if (this.event.revision() === revision) return;
      revision = this.event.revision();
      untracked(() => void this.askAgain());
    });
    inject(DestroyRef).onDestroy(() => this.leaving.abort());
  }

  async load(eventId: number): Promise<void> {
    this.trouble.set(null);
    const { signal } = this.leaving;
    try {
      const waiting = (_: number, problem: ApiProblem) => this.trouble.set(problem);
      this.known.set(await this.address.of(eventId, { signal, waiting }));
      this.trouble.set(null);
    } catch (error) {
      if (signal.aborted) return;
      this.trouble.set(problemOf(error));
      // The server knows nothing of the check-in: the event’s own answer says where the student belongs.
      if (problemOf(error).code === 'CHECK_IN_REQUIRED') await this.event.refresh();
    }
  }

  private async askAgain(): Promise<void> {
    const eventId = this.event.view()?.id;
    if (eventId === undefined || !this.known()) return;
    await pause(Math.random() * askAgainWithin, this.leaving.signal).catch(() => undefined);
    if (this.leaving.signal.aborted) return;
    const stream = await this.address.again(eventId);
    const before = this.known();
    if (!stream || this.event.view()?.id !== eventId) return;
    if (stream.url !== before?.url || stream.fallbackUrl !== before.fallbackUrl) this.known.set(stream);
  }
}
