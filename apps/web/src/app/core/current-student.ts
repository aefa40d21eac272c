import { computed, inject, Service, signal } from '@angular/core';
import type { Session, SignIn } from '@exco/contracts';
import { Api } from './api';
import { problemOf } from './api-problem';
import { OtherTabs } from './other-tabs';
import { sessionRecord } from './session-record';

/** The student whose session this is, as the server last said. */
@Service()
export class CurrentStudent {
  private readonly api = inject(Api);
  private readonly tabs = inject(OtherTabs);
  private readonly known = signal<Session['user'] | null | undefined>(undefined);

  readonly user = computed(() => this.known() ?? null);
  /** The server has said that nobody is signed in. */
  readonly nobody = computed(() => this.known() === null);

  /** Asks once; a student who is known stays so until the server says otherwise. */
  async load(): Promise<Session['user']> {
    try {
      const known = this.known() ?? (await this.api.session()).user;
      this.known.set(known);
      return known;
    } catch (error) {
      if (problemOf(error).code === 'NOT_SIGNED_IN') this.known.set(null);
      throw error;
    }
  }

  async signIn(who: SignIn): Promise<void> {
    const { user } = await this.api.signIn(who);
    this.known.set(user);
    this.tabs.tell('session');
  }

  async signOut(): Promise<void> {
    await this.api.signOut();
    sessionRecord.clear();
    this.known.set(null);
    this.tabs.tell('session');
  }
}
