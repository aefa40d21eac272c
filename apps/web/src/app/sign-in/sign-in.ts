import { Component, type ElementRef, inject, signal, viewChild } from '@angular/core';
import { ActivatedRoute, Router } from '@angular/router';
import { idInPath, type SignIn as SignInRequest } from '@exco/contracts';
import { type ApiProblem, problemOf, type Said, tryingAgain } from '../core/api-problem';
import { tries } from '@exco/page-rules';
import { retrying } from '../core/retry';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { sitePath } from '../core/site-path';
import { CurrentStudent } from '../core/current-student';
import { Language } from '../texts/language';

@Component({
  selector: 'exco-sign-in',
  imports: [PageLayout, PageHeading],
  templateUrl: './sign-in.html',
})
export class SignIn {
  private readonly student = inject(CurrentStudent);
  private readonly router = inject(Router);
  private readonly route = inject(ActivatedRoute).snapshot;
  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('username');

  protected readonly t = inject(Language).texts;
  protected readonly busy = signal(false);
  protected readonly fault = signal<Said | null>(null);
  protected readonly news = signal<Said | null>(null);
  protected readonly expired = this.route.queryParamMap.has('expired');

  constructor() {
    const token = new URLSearchParams(this.route.fragment ?? '').get('token');
    // Behind the # alone: browsers keep that to themselves, while a query ends in servers' logs.
    if (token) void this.send({ token });
  }

  protected async signIn(username: string): Promise<void> {
    if (username.trim() === '') {
      this.refuse(({ signIn }) => signIn.empty);
      return;
    }
    await this.send({ username: username.trim() });
  }

  protected typed(): void {
    this.fault.set(null);
  }

  private async send(who: SignInRequest): Promise<void> {
    if (this.busy()) return;
    this.busy.set(true);
    this.fault.set(null);
    const waiting = (milliseconds: number, problem: ApiProblem) => this.news.set(tryingAgain(milliseconds, problem));
    const returnTo = sitePath(this.route.queryParamMap.get('returnTo'));
    // The event that the student is on the way to comes with the answer.
    const [, kind, eventId = ''] = returnTo.split(/[/?#]/);
    const wanted = kind === 'events' && idInPath.test(eventId) ? Number(eventId) : 'current';
    try {
      await retrying(() => this.student.signIn(who, wanted), { tries: tries.signIn, waiting });
      await this.router.navigateByUrl(returnTo, { replaceUrl: true });
    } catch (error) {
      this.refuse(problemOf(error).said);
    } finally {
      this.busy.set(false);
      this.news.set(null);
    }
  }

  private refuse(fault: Said): void {
    this.fault.set(fault);
    this.field().nativeElement.focus();
  }
}
