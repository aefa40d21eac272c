import {
  Component,
  computed,
  DestroyRef,
  effect,
  type ElementRef,
  inject,
  input,
  type OnInit,
  output,
  signal,
  viewChild,
} from '@angular/core';
import type { Measured } from '@exco/page-rules';
import { from } from 'rxjs';
import { type ApiProblem, problemOf, type Said, tryingAgain } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { PreloadWhenIdle } from '../core/preload-when-idle';
import { pause } from '../core/retry';
import { CurrentEvent } from '../event/current-event';
import { OpeningPace } from '../event/opening-pace';
import { ClassmateList } from './classmate-list';
import { Classmates } from './classmates';
import { DigitsInput } from './digits-input';
import { drafts, emptyDraft } from '../event/draft';
import { OpeningTimer } from './opening-timer';
import { Submission } from './submission';
import { Language } from '../texts/language';

/** Between a check-in that came too early and the next one. */
const notOpenMilliseconds = 1_500;

/** Step 2: who I am, and whom I bring. Before the opening all can be typed, and sent by itself at the opening. */
@Component({
  selector: 'exco-people-step',
  imports: [ClassmateList, DigitsInput],
  providers: [Classmates, OpeningTimer],
  templateUrl: './people-step.html',
  styleUrl: './people-step.css',
})
export class PeopleStep implements OnInit {
  readonly eventId = input.required<number>();
  /** null while the line is not measured yet. */
  readonly connection = input.required<Measured | null>();
  readonly tooSlow = output();

  protected readonly event = inject(CurrentEvent);
  protected readonly t = inject(Language).texts;
  private readonly student = inject(CurrentStudent);
  private readonly submission = inject(Submission);
  private readonly pace = inject(OpeningPace);
  private readonly preload = inject(PreloadWhenIdle);
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('own');
  private readonly leaving = new AbortController();
  private sending = new AbortController();
  protected readonly classmates = inject(Classmates);
  protected readonly opening = inject(OpeningTimer);

  protected readonly digits = signal('');
  protected readonly digitsFault = signal<Said | null>(null);
  protected readonly busy = signal(false);
  /** What the student is told beside the button. */
  protected readonly news = signal<Said | null>(null);
  protected readonly comingAlong = computed(() => this.classmates.chosen().length);
  protected readonly isWaiting = computed(() => this.event.state() === 'scheduled');
  /** Typed for classmates before a reload, until their list is there. */
  private readonly typedBefore = signal<Readonly<Record<number, string>>>({});
  private readonly isIn = signal(false);

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.leaving.abort();
      this.sending.abort();
    });
    effect(() => {
      const me = this.student.user();
      const classmates = { ...this.typedBefore(), ...this.classmates.typed() };
      const draft = { digits: this.digits(), classmates, pressed: this.opening.pressed() };
      if (me && !this.isIn()) drafts.write(this.eventId(), me.id, draft);
    });
    effect(() => {
      if (this.opening.due() && this.connection()) void this.checkIn();
    });
  }

  ngOnInit(): void {
    const me = this.student.user();
    const draft = me ? drafts.read(this.eventId(), me.id) : emptyDraft;
    this.digits.set(draft.digits);
    this.typedBefore.set(draft.classmates);
    if (draft.pressed) this.opening.press();
    void this.prepare();
  }

  protected typed(digits: string): void {
    this.digits.set(digits);
    this.digitsFault.set(null);
  }

  /** The one button of the form: before the opening it says that the page is to check in by itself. */
  protected async submit(): Promise<void> {
    if (!this.isWaiting()) return this.checkIn();
    if (this.opening.pressed()) this.opening.release();
    else if (this.hasDigits()) this.opening.press();
  }

  protected stopTrying(): void {
    this.sending.abort();
    this.news.set(({ people }) => people.stopped);
  }

  private async prepare(): Promise<void> {
    try {
      await this.pace.turn(this.leaving.signal);
    } catch {
      return;
    }
    await this.classmates.load(this.eventId(), this.typedBefore());
    this.typedBefore.set({});
    // The player is the largest file of the stream page: it must not be asked for when thousands check in.
    this.preload.add(() => from(import('hls.js')));
  }

  private hasDigits(): boolean {
    if (this.digits().length === 4) return true;
    this.refuseDigits(({ people }) => people.ownMissing);
    return false;
  }

  private async checkIn(): Promise<void> {
    const me = this.student.user();
    const connection = this.connection();
    if (!me || !connection || this.busy()) return;
    this.opening.release();
    if (!this.hasDigits()) return;
    this.busy.set(true);
    this.news.set(null);
    this.sending = new AbortController();
    const { signal } = this.sending;
    const request = { digits: this.digits(), classmates: this.classmates.checks(), connection };
    try {
      await this.submission.send(this.eventId(), { id: me.id, displayName: me.displayName }, request, {
        classmates: this.classmates.chosen(),
        signal,
        waiting: (milliseconds, problem) => this.news.set(tryingAgain(milliseconds, problem)),
      });
      this.isIn.set(true);
      // My own digits are asked for again when I bring a classmate who comes late.
      drafts.write(this.eventId(), me.id, { ...emptyDraft, digits: request.digits });
    } catch (error) {
      if (!signal.aborted) this.refused(problemOf(error));
    } finally {
      this.busy.set(false);
    }
  }

  private refused({ code, said, retryAfterMilliseconds }: ApiProblem): void {
    if (code === 'WRONG_DIGITS') this.refuseDigits(({ people }) => people.ownWrong);
    else if (code === 'DIGITS_LOCKED')
      this.refuseDigits(({ people }) => people.ownLocked(Math.ceil(retryAfterMilliseconds / 1000)));
    else if (code === 'CONNECTION_TOO_SLOW') this.tooSlow.emit();
    else if (code === 'CHECK_IN_NOT_OPEN') this.sendAtOpening().catch(() => undefined);
    else this.news.set(said);
    if (code === 'CHECK_IN_CLOSED') void this.event.refresh();
  }

  /** The opening was moved, or this page's clock is ahead of the server's: the answer to a new question tells. */
  private async sendAtOpening(): Promise<void> {
    await this.event.refresh();
    await pause(notOpenMilliseconds * (1 + Math.random()), this.leaving.signal);
    this.opening.press();
  }

  private refuseDigits(fault: Said): void {
    this.digitsFault.set(fault);
    const { nativeElement } = this.field();
    nativeElement.focus({ preventScroll: true });
    nativeElement.scrollIntoView({ block: 'center' });
  }
}
