import { Component, computed, inject, linkedSignal, signal, viewChild } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import type { Measured } from '@exco/page-rules';
import { ClockTime, SchoolTime } from '../design/clock-time';
import { PageHeading } from '../design/page-heading';
import { PageLayout } from '../design/page-layout';
import { Countdown } from '../event/countdown';
import { CurrentEvent } from '../event/current-event';
import { ConnectionStep } from './connection-step';
import { PeopleStep } from './people-step';
import { Language } from '../texts/language';

/**
 * The waiting page and the check-in page in one: before the opening everything can be prepared, and nothing that was
 * typed is lost when it opens.
 */
@Component({
  selector: 'exco-check-in',
  imports: [ClockTime, ConnectionStep, Countdown, PageHeading, PageLayout, PeopleStep, RouterOutlet, SchoolTime],
  templateUrl: './check-in.html',
})
export class CheckIn {
  protected readonly event = inject(CurrentEvent);
  protected readonly t = inject(Language).texts;
  /** null while the line is being tested, again perhaps. */
  protected readonly measured = signal<Measured | null>(null);
  /** The latest that passed. What was typed stays while the line is tested once more. */
  protected readonly connection = linkedSignal<Measured | null, Measured | null>({
    source: this.measured,
    computation: (measured, before) => measured ?? before?.value ?? null,
  });
  protected readonly isRefused = signal(false);
  /** While the line is tested for the first time digits can be typed already; whoever needs another line sees that alone. */
  protected readonly showsPeople = computed(
    () => this.isWaiting() || this.measured() !== null || (this.connection() === null && !this.isRefused()),
  );
  protected readonly lit = signal(0);
  protected readonly isWaiting = computed(() => this.event.state() === 'scheduled');
  /** How many others wait; nothing while it is not known or nobody else does. */
  protected readonly waiting = computed(() => {
    const others = Math.max(this.event.counts().watching, this.event.view()?.opening?.waiting ?? 0);
    return others > 1 ? this.t().waiting.others(others) : '';
  });
  private readonly connectionStep = viewChild.required(ConnectionStep);

  protected testedWith(measured: Measured | null): void {
    this.isRefused.set(false);
    this.measured.set(measured);
  }

  /** The server found the line too slow after all: the minimum was raised, or the measurement is not to be trusted. */
  protected testAgain(): void {
    this.connectionStep().start();
  }
}
