import { Component, DestroyRef, effect, inject, type OnInit, signal } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Measured } from '@exco/page-rules';
import { type ApiProblem, problemOf, type Said, tryingAgain } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { PageHeading } from '../design/page-heading';
import { connectionRecord } from '../event/connection-record';
import { CurrentEvent } from '../event/current-event';
import { drafts, emptyDraft } from '../event/draft';
import { Language } from '../texts/language';
import { ClassmateList } from './classmate-list';
import { Classmates } from './classmates';
import { testConnection } from './connection-test';
import { DigitsInput } from './digits-input';
import { loadImage } from './load-image';
import { Submission } from './submission';

/** Beside the stream, for who is in: brings classmates who come late, or whom the student had typed before being brought. */
@Component({
  selector: 'exco-bring-classmates',
  imports: [ClassmateList, DigitsInput, PageHeading, RouterLink],
  providers: [Classmates],
  templateUrl: './bring-classmates.html',
  styleUrl: './bring-classmates.css',
})
export class BringClassmates implements OnInit {
  private readonly router = inject(Router);
  private readonly student = inject(CurrentStudent);
  private readonly submission = inject(Submission);
  private readonly leaving = new AbortController();
  private readonly sendsAtOnce = this.router.currentNavigation()?.extras.state?.['send'] === true;
  protected readonly event = inject(CurrentEvent);
  protected readonly classmates = inject(Classmates);
  protected readonly t = inject(Language).texts;

  protected readonly eventId = this.event.view()?.id ?? 0;
  protected readonly digits = signal('');
  protected readonly busy = signal(false);
  protected readonly fault = signal<Said | null>(null);
  protected readonly news = signal<Said | null>(null);
  private readonly isLoaded = signal(false);

  constructor() {
    inject(DestroyRef).onDestroy(() => this.leaving.abort());
    effect(() => {
      const me = this.student.user();
      const draft = { ...emptyDraft, digits: this.digits(), classmates: this.classmates.typed() };
      if (me && this.isLoaded()) drafts.write(this.eventId, me.id, draft);
    });
  }

  ngOnInit(): void {
    void this.prepare();
  }

  private async prepare(): Promise<void> {
    const me = this.student.user();
    const draft = me ? drafts.read(this.eventId, me.id) : emptyDraft;
    this.digits.set(draft.digits);
    await this.classmates.load(this.eventId, draft.classmates);
    this.isLoaded.set(true);
    if (this.sendsAtOnce && this.digits().length === 4 && this.classmates.chosen().length > 0) await this.send();
  }

  protected typed(digits: string): void {
    this.digits.set(digits);
    this.fault.set(null);
  }

  protected async send(): Promise<void> {
    const me = this.student.user();
    if (!me || this.busy()) return;
    const { signal } = this.leaving;
    this.news.set(null);
    if (this.digits().length < 4) this.fault.set(({ people }) => people.ownMissing);
    else if (this.classmates.chosen().length === 0) this.news.set(({ bring }) => bring.nobody);
    else {
      this.busy.set(true);
      try {
        const connection = await this.measured(signal);
        const request = { digits: this.digits(), classmates: this.classmates.checks(), connection };
        await this.submission.send(this.eventId, { id: me.id, displayName: me.displayName }, request, {
          classmates: this.classmates.chosen(),
          signal,
          waiting: (milliseconds, problem) => this.news.set(tryingAgain(milliseconds, problem)),
        });
        this.classmates.clear();
        // Here too: this page may be gone before its effects run, and they would be offered once more.
        drafts.write(this.eventId, me.id, null);
        await this.router.navigate(['/events', this.eventId, 'stream']);
      } catch (error) {
        if (!signal.aborted) this.refused(problemOf(error));
      } finally {
        this.busy.set(false);
      }
    }
  }

  private refused({ code, said }: ApiProblem): void {
    if (code === 'WRONG_DIGITS') this.fault.set(({ people }) => people.ownWrong);
    else this.news.set(said);
  }

  /** Whoever was brought may never have tested the line. */
  private async measured(signal: AbortSignal): Promise<Measured> {
    const minimum = this.event.view()?.minimumKbps ?? 0;
    const known = connectionRecord.latest();
    if (known && known.kbps >= minimum) return known;
    const nothing = () => undefined;
    const measured = await testConnection(minimum, loadImage, { signal, progress: nothing, loaded: nothing });
    connectionRecord.write(measured);
    return measured;
  }
}
