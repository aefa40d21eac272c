import { computed, inject, Service, signal } from '@angular/core';
import type { Session, SignIn } from '@exco/contracts';
import { Api } from './api';
import { ApiProblem, problemOf } from './api-problem';
import { FirstAnswer, type WantedEvent } from './first-answer';
import { OtherTabs } from './other-tabs';
import { signedInMark } from './signed-in-mark';
import { sessionRecord } from './session-record';

/** The student whose session this is, as the server last said. */
@Service()
export class CurrentStudent {
  private readonly api = inject(Api);
  private readonly tabs = inject(OtherTabs);
  private readonly first = inject(FirstAnswer);
  private readonly known = signal<Session['user'] | null | undefined>(undefined);

  readonly user = computed(() => this.known() ?? null);
  /** The server has said that nobody is signed in. */
  readonly nobody = computed(() => this.known() === null);

  /**
   * Asks once, and not where nobody can be signed in; a student who is known stays so until the server says otherwise.
   * @param event to be told of in the same answer
   */
  async load(event: WantedEvent = 'current'): Promise<Session['user']> {
    const known = this.known();
    if (known) return known;
    try {
      if (!signedInMark.mayBe()) throw new ApiProblem('NOT_SIGNED_IN');
      return await this.told(event, () => this.api.session(event));
    } catch (error) {
      if (problemOf(error).code === 'NOT_SIGNED_IN') this.forget();
      throw error;
    }
  }

  async signIn(who: SignIn, event: WantedEvent = 'current'): Promise<void> {
    await this.told(event, () => this.api.signIn(who, event));
    this.tabs.tell('session');
  }

  /** Another tab signed somebody in or out. Whoever is not signed in any more is told by the `Api`. */
  async isStillTheSame(): Promise<boolean> {
    const before = this.known()?.id;
    const now = await this.api.session('current').catch(() => null);
    return !now || now.user.id === before;
  }

  async signOut(): Promise<void> {
    await this.api.signOut();
    sessionRecord.clear();
    this.forget();
    this.tabs.tell('session');
  }

  private async told(event: WantedEvent, ask: () => Promise<Session>): Promise<Session['user']> {
    const askedAt = Date.now();
    const session = await ask();
    this.first.keep(session, event, askedAt);
    this.known.set(session.user);
    signedInMark.set(true);
    return session.user;
  }

  private forget(): void {
    this.known.set(null);
    signedInMark.set(false);
  }
}
