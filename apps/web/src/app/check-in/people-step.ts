import {
  Component,
  computed,
  DestroyRef,
  type ElementRef,
  inject,
  input,
  type OnInit,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { type ApiProblem, problemOf, tryingAgain } from '../core/api-problem';
import { CurrentEvent } from '../event/current-event';
import { CurrentStudent } from '../core/current-student';
import { ClassmateList } from './classmate-list';
import { Classmates } from './classmates';
import type { Measured } from './connection-test';
import { DigitsInput } from './digits-input';
import { Submission } from './submission';

/** Step 2: who I am, and whom I bring. */
@Component({
  selector: 'exco-people-step',
  imports: [ClassmateList, DigitsInput],
  providers: [Classmates],
  templateUrl: './people-step.html',
  styleUrl: './people-step.css',
})
export class PeopleStep implements OnInit {
  readonly eventId = input.required<number>();
  readonly connection = input.required<Measured>();
  readonly tooSlow = output();

  private readonly event = inject(CurrentEvent);
  private readonly student = inject(CurrentStudent);
  private readonly submission = inject(Submission);
  protected readonly classmates = inject(Classmates);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('own');
  private sending = new AbortController();

  protected readonly digits = signal('');
  protected readonly digitsFault = signal<string | null>(null);
  protected readonly busy = signal(false);
  /** What the student is told beside the button. */
  protected readonly news = signal<string | null>(null);
  protected readonly comingAlong = computed(() => this.classmates.chosen().length);

  constructor() {
    inject(DestroyRef).onDestroy(() => this.sending.abort());
  }

  ngOnInit(): void {
    void this.classmates.load(this.eventId());
  }

  protected typed(digits: string): void {
    this.digits.set(digits);
    this.digitsFault.set(null);
  }

  protected async checkIn(): Promise<void> {
    const me = this.student.user();
    if (!me || this.busy()) return;
    if (this.digits().length < 4) {
      this.refuseDigits('Type the last four digits of your username.');
      return;
    }
    this.busy.set(true);
    this.news.set(null);
    this.sending = new AbortController();
    const { signal } = this.sending;
    const request = { digits: this.digits(), classmates: this.classmates.checks(), connection: this.connection() };
    try {
      await this.submission.send(this.eventId(), { id: me.id, displayName: me.displayName }, request, {
        classmates: this.classmates.chosen(),
        signal,
        waiting: (milliseconds, problem) => this.news.set(tryingAgain(milliseconds, problem)),
      });
    } catch (error) {
      if (!signal.aborted) this.refused(problemOf(error));
    } finally {
      this.busy.set(false);
    }
  }

  protected stopTrying(): void {
    this.sending.abort();
    this.news.set('Stopped. Everything you typed is still here.');
  }

  private refused({ code, message, retryAfterMilliseconds }: ApiProblem): void {
    if (code === 'WRONG_DIGITS')
      this.refuseDigits('These are not the last four digits of your username. Look at it again.');
    else if (code === 'DIGITS_LOCKED')
      this.refuseDigits(`Too many wrong tries. Wait ${Math.ceil(retryAfterMilliseconds / 1000)} seconds.`);
    else if (code === 'CONNECTION_TOO_SLOW') this.tooSlow.emit();
    else this.news.set(message);
    // The event is not where this page thinks it is.
    if (code === 'CHECK_IN_NOT_OPEN' || code === 'CHECK_IN_CLOSED') void this.event.refresh();
  }

  private refuseDigits(fault: string): void {
    this.digitsFault.set(fault);
    const { nativeElement } = this.field();
    nativeElement.focus({ preventScroll: true });
    nativeElement.scrollIntoView({ block: 'center' });
  }
}
