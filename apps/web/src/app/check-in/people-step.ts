import { Component, DestroyRef, effect, inject, input, type OnInit, output, signal } from '@angular/core';
import type { Measured } from '@exco/page-rules';
import { type ApiProblem, problemOf } from '../core/api-problem';
import { Drafts, emptyDraft } from '../event/draft';
import { Language } from '../texts/language';
import { CheckInForm } from './check-in-form';
import { ClassmateList } from './classmate-list';
import { Classmates } from './classmates';
import { DigitsInput } from './digits-input';
import { OpeningTimer } from './opening-timer';
import { Preparation } from './preparation';

/** Step 2: who I am, and whom I bring. Before the opening all can be typed, and sent by itself at the opening. */
@Component({
  selector: 'exco-people-step',
  imports: [ClassmateList, DigitsInput],
  providers: [CheckInForm, Classmates, OpeningTimer, Preparation],
  templateUrl: './people-step.html',
  styleUrl: './people-step.css',
})
export class PeopleStep implements OnInit {
  readonly eventId = input.required<number>();
  /** null while the line is not measured yet. */
  readonly connection = input.required<Measured | null>();
  readonly tooSlow = output();

  protected readonly t = inject(Language).texts;
  protected readonly form = inject(CheckInForm);
  protected readonly opening = inject(OpeningTimer);
  private readonly drafts = inject(Drafts);
  private readonly preparation = inject(Preparation);
  private readonly leaving = new AbortController();
  private sending = new AbortController();
  private readonly isIn = signal(false);

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.leaving.abort();
      this.sending.abort();
    });
    effect(() => {
      const draft = { ...this.form.typed(), pressed: this.opening.pressed() };
      if (!this.isIn()) this.drafts.write(this.eventId(), draft);
    });
    effect(() => {
      if (this.opening.due() && this.connection()) void this.checkIn();
    });
  }

  ngOnInit(): void {
    const draft = this.drafts.read(this.eventId());
    this.form.restore(draft);
    if (draft.pressed) this.opening.press();
    this.preparation.begin(this.eventId(), this.leaving.signal).catch(() => undefined);
  }

  /** The one button of the form: before the opening it says that the page is to check in by itself. */
  protected async submit(): Promise<void> {
    if (!this.opening.isAhead()) return this.checkIn();
    if (this.opening.pressed()) this.opening.release();
    else if (this.form.hasDigits()) this.opening.press();
  }

  protected stopTrying(): void {
    this.sending.abort();
    this.form.news.set(({ people }) => people.stopped);
  }

  private async checkIn(): Promise<void> {
    const connection = this.connection();
    if (!connection || this.form.busy()) return;
    this.opening.release();
    if (!this.form.hasDigits()) return;
    this.sending = new AbortController();
    const { signal } = this.sending;
    const digits = this.form.digits();
    try {
      await this.form.send(this.eventId(), connection, signal);
      this.isIn.set(true);
      // My own digits are asked for again when I bring a classmate who comes late.
      this.drafts.write(this.eventId(), { ...emptyDraft, digits });
    } catch (error) {
      if (!signal.aborted) this.refused(problemOf(error));
    }
  }

  private refused(problem: ApiProblem): void {
    if (problem.code === 'CONNECTION_TOO_SLOW') this.tooSlow.emit();
    else if (problem.code === 'CHECK_IN_NOT_OPEN')
      this.opening.cameTooEarly(this.leaving.signal).catch(() => undefined);
    else this.form.refused(problem);
  }
}
