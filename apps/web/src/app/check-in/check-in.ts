import { Component, inject, signal, viewChild } from '@angular/core';
import { CurrentEvent } from '../attendance/current-event';
import { Hall } from '../design/hall';
import { PageHeading } from '../design/page-heading';
import { ConnectionStep } from './connection-step';
import type { Measured } from './connection-test';
import { PeopleStep } from './people-step';

@Component({
  selector: 'exco-check-in',
  imports: [ConnectionStep, Hall, PageHeading, PeopleStep],
  templateUrl: './check-in.html',
})
export class CheckIn {
  protected readonly event = inject(CurrentEvent);
  protected readonly measured = signal<Measured | null>(null);
  protected readonly lit = signal(0);
  private readonly connectionStep = viewChild.required(ConnectionStep);

  /** The server found the line too slow after all: the minimum was raised, or the measurement is not to be trusted. */
  protected testAgain(): void {
    this.measured.set(null);
    this.connectionStep().start();
  }
}
