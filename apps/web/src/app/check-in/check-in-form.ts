import { computed, inject, Service, signal } from '@angular/core';
import type { Measured } from '@exco/page-rules';
import { type ApiProblem, type Said, tryingAgain } from '../core/api-problem';
import type { Draft } from '../event/draft';
import { Classmates } from './classmates';
import { Submission } from './submission';

/** What a student types for a check-in and sends in one request, and what they are told of it. */
@Service({ autoProvided: false })
export class CheckInForm {
  private readonly classmates = inject(Classmates);
  private readonly submission = inject(Submission);

  /** The student's own. */
  readonly digits = signal('');
  readonly digitsFault = signal<Said | null>(null);
  readonly busy = signal(false);
  /** What stands beside the button. */
  readonly news = signal<Said | null>(null);
  readonly comingAlong = computed(() => this.classmates.chosen().length);
  readonly typed = computed(() => ({ digits: this.digits(), classmates: this.classmates.typed() }));

  restore({ digits, classmates }: Draft): void {
    this.digits.set(digits);
    this.classmates.restore(classmates);
  }

  loadClassmates(eventId: number): Promise<void> {
    return this.classmates.load(eventId);
  }

  clearClassmates(): void {
    this.classmates.clear();
  }

  typeDigits(digits: string): void {
    this.digits.set(digits);
    this.digitsFault.set(null);
  }

  /** Whether the student's own digits are complete; if not, says so. */
  hasDigits(): boolean {
    if (this.digits().length === 4) return true;
    this.digitsFault.set(({ people }) => people.ownMissing);
    return false;
  }

  /**
   * @param connection may still be measured: the form is busy from now on
   * @throws ApiProblem, or the reason of `leaving`
   */
  async send(eventId: number, connection: Measured | Promise<Measured>, leaving: AbortSignal): Promise<void> {
    this.busy.set(true);
    this.news.set(null);
    try {
      const request = { connection: await connection, digits: this.digits(), classmates: this.classmates.checks() };
      await this.submission.send(eventId, request, {
        classmates: this.classmates.chosen(),
        signal: leaving,
        waiting: (milliseconds, problem) => this.news.set(tryingAgain(milliseconds, problem)),
      });
    } finally {
      this.busy.set(false);
    }
  }

  refused({ code, said, retryAfterMilliseconds }: ApiProblem): void {
    if (code === 'WRONG_DIGITS') this.digitsFault.set(({ people }) => people.ownWrong);
    else if (code === 'DIGITS_LOCKED') {
      const seconds = Math.ceil(retryAfterMilliseconds / 1000);
      this.digitsFault.set(({ people }) => people.ownLocked(seconds));
    } else this.news.set(said);
  }
}
