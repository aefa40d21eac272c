import { Component, DestroyRef, effect, inject, type OnInit } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import type { Measured } from '@exco/page-rules';
import { problemOf } from '../core/api-problem';
import { PageHeading } from '../design/page-heading';
import { connectionRecord } from '../event/connection-record';
import { CurrentEvent } from '../event/current-event';
import { Drafts, emptyDraft } from '../event/draft';
import { Language } from '../texts/language';
import { CheckInForm } from './check-in-form';
import { ClassmateList } from './classmate-list';
import { Classmates } from './classmates';
import { testConnection } from './connection-test';
import { DigitsInput } from './digits-input';
import { loadImage } from './load-image';

/** Beside the stream, for who is in: brings classmates who come late, or whom the student had typed before being brought. */
@Component({
  selector: 'exco-bring-classmates',
  imports: [ClassmateList, DigitsInput, PageHeading, RouterLink],
  providers: [CheckInForm, Classmates],
  templateUrl: './bring-classmates.html',
  styleUrl: './bring-classmates.css',
})
export class BringClassmates implements OnInit {
  private readonly router = inject(Router);
  private readonly event = inject(CurrentEvent);
  private readonly drafts = inject(Drafts);
  protected readonly form = inject(CheckInForm);
  protected readonly t = inject(Language).texts;
  private readonly leaving = new AbortController();
  private readonly sendsAtOnce = this.router.currentNavigation()?.extras.state?.['send'] === true;

  protected readonly eventId = this.event.view()?.id ?? 0;

  constructor() {
    this.form.restore(this.drafts.read(this.eventId));
    inject(DestroyRef).onDestroy(() => this.leaving.abort());
    effect(() => this.drafts.write(this.eventId, { ...emptyDraft, ...this.form.typed() }));
  }

  ngOnInit(): void {
    void this.prepare();
  }

  private async prepare(): Promise<void> {
    await this.form.loadClassmates(this.eventId);
    if (this.sendsAtOnce && this.form.digits().length === 4 && this.form.comingAlong() > 0) await this.send();
  }

  protected async send(): Promise<void> {
    if (this.form.busy()) return;
    this.form.news.set(null);
    if (!this.form.hasDigits()) return;
    if (this.form.comingAlong() === 0) {
      this.form.news.set(({ bring }) => bring.nobody);
      return;
    }
    const { signal } = this.leaving;
    try {
      await this.form.send(this.eventId, this.measured(signal), signal);
      this.form.clearClassmates();
      // Here too: this page may be gone before its effects run, and they would be offered once more.
      this.drafts.write(this.eventId, null);
      await this.router.navigate(['/events', this.eventId, 'stream']);
    } catch (error) {
      if (!signal.aborted) this.form.refused(problemOf(error));
    }
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
