import { Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { Router, RouterLink, RouterOutlet } from '@angular/router';
import { filter } from 'rxjs';
import { Api } from './core/api';
import { CurrentEvent } from './event/current-event';
import { OtherTabs } from './core/other-tabs';
import { Brand } from './design/brand';
import { CurrentStudent } from './core/current-student';
import { LanguageChoice } from './design/language-choice';
import { Language } from './texts/language';

@Component({
  selector: 'exco-app',
  imports: [Brand, LanguageChoice, RouterLink, RouterOutlet],
  templateUrl: './app.html',
  styleUrl: './app.css',
})
export class App {
  private readonly router = inject(Router);
  private readonly event = inject(CurrentEvent);
  private readonly student = inject(CurrentStudent);
  protected readonly t = inject(Language).texts;
  protected readonly user = this.student.user;
  protected readonly signOutFailed = signal(false);

  constructor() {
    const tabs = inject(OtherTabs);
    inject(Api)
      .signedOut.pipe(
        // A guard that is asking takes the student to the sign-in page itself.
        filter(() => this.user() !== null),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.toSignIn());
    tabs.news.pipe(takeUntilDestroyed()).subscribe((news) => {
      if (news === 'attendance') void this.event.refresh();
      else void this.followSession();
    });
  }

  protected async signOut(): Promise<void> {
    try {
      await this.student.signOut();
      location.assign('/sign-in');
    } catch {
      this.signOutFailed.set(true);
    }
  }

  /** The same personal link, opened once more, changes nothing: what was typed here stays. */
  private async followSession(): Promise<void> {
    // Of somebody else nothing of what this tab knows is theirs.
    if (!(await this.student.isStillTheSame())) location.reload();
  }

  /** Loads the page anew: whoever signs in next finds nothing of this student in its memory. */
  private toSignIn(): void {
    location.assign(`/sign-in?expired&returnTo=${encodeURIComponent(this.router.url)}`);
  }
}
