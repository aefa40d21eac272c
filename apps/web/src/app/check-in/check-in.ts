import { Component, inject, linkedSignal, signal, viewChild } from '@angular/core';
import { CurrentEvent } from '../event/current-event';
import { PageLayout } from '../design/page-layout';
import { PageHeading } from '../design/page-heading';
import { ConnectionStep } from './connection-step';
import type { Measured } from './connection-test';
import { PeopleStep } from './people-step';

@Component({
  selector: 'exco-check-in',
  imports: [ConnectionStep, PageLayout, PageHeading, PeopleStep],
  templateUrl: './check-in.html',
})
export class CheckIn {
  protected readonly event = inject(CurrentEvent);
  /** null while the line is being tested, again perhaps. */
  protected readonly measured = signal<Measured | null>(null);
  /** The latest that passed. What was typed stays while the line is tested once more. */
  protected readonly connection = linkedSignal<Measured | null, Measured | null>({
    source: this.measured,
    computation: (measured, before) => measured ?? before?.value ?? null,
  });
  protected readonly lit = signal(0);
  private readonly connectionStep = viewChild.required(ConnectionStep);

  /** The server found the line too slow after all: the minimum was raised, or the measurement is not to be trusted. */
  protected testAgain(): void {
    this.connectionStep().start();
  }
}
