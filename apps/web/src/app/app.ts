import { Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterLink, RouterOutlet } from '@angular/router';
import { filter, skip } from 'rxjs';
import { Api } from './core/api';
import { CurrentStudent } from './core/current-student';
import { Brand } from './design/brand';
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
  private readonly student = inject(CurrentStudent);
  protected readonly t = inject(Language).texts;
  protected readonly user = this.student.user;
  protected readonly signOutFailed = signal(false);

  constructor() {
    // Each page begins at its top. Angular's own scrolling would ask, and wait, for the layout before the first one too.
    history.scrollRestoration = 'manual';
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        skip(1),
        takeUntilDestroyed(),
      )
      .subscribe(() => scrollTo(0, 0));
    inject(Api)
      .signedOut.pipe(
        // A guard that is asking takes the student to the sign-in page itself.
        filter(() => this.user() !== null),
        takeUntilDestroyed(),
      )
      .subscribe(() => this.toSignIn());
  }

  protected async signOut(): Promise<void> {
    try {
      await this.student.signOut();
      location.assign('/sign-in');
    } catch {
      this.signOutFailed.set(true);
    }
  }

  /** Loads the page anew: whoever signs in next finds nothing of this student in its memory. */
  private toSignIn(): void {
    location.assign(`/sign-in?expired&returnTo=${encodeURIComponent(this.router.url)}`);
  }
}
