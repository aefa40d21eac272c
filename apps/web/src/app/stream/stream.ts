import { Component, computed, DestroyRef, inject, signal } from '@angular/core';
import { RouterOutlet } from '@angular/router';
import { PageHeading } from '../design/page-heading';
import { Countdown } from '../event/countdown';
import { CurrentEvent } from '../event/current-event';
import { LiveConnection } from '../event/live-connection';
import { MyGroup } from '../event/my-group';
import { Language } from '../texts/language';
import { ArrivalNote } from './arrival-note';
import { AttendanceCount } from './attendance-count';
import { BringLink } from './bring-link';
import { CurrentStream } from './current-stream';
import { MyCheckIn } from './my-check-in';
import { Player } from './player';
import { reloadForNewHost } from './reload-for-new-host';

/** Whoever did not check in on this page asks whom to check out, within so long: not all at the same moment. */
const prepareWithin = 15_000;

@Component({
  selector: 'exco-stream',
  imports: [ArrivalNote, AttendanceCount, BringLink, Countdown, MyCheckIn, PageHeading, Player, RouterOutlet],
  providers: [CurrentStream],
  templateUrl: './stream.html',
  styleUrl: './stream.css',
})
export class Stream {
  private readonly group = inject(MyGroup);
  protected readonly t = inject(Language).texts;
  protected readonly event = inject(CurrentEvent);
  protected readonly live = inject(LiveConnection).status;
  protected readonly stream = inject(CurrentStream);

  /** A page of the stream is open beside the picture: classmates, or the check-out. */
  protected readonly isBringing = signal(false);
  /** Until the end of the event, and not while it is done already. */
  protected readonly mayBring = computed(() => this.event.place() === 'stream' && !this.isBringing());

  constructor() {
    const leaving = inject(DestroyRef);
    reloadForNewHost(leaving);
    const preparing = setTimeout(() => this.prepare(), Math.random() * prepareWithin);
    leaving.onDestroy(() => clearTimeout(preparing));
  }

  private prepare(): void {
    const event = this.event.view();
    if (event && this.event.place() === 'stream') void this.group.prepare(event.id);
  }
}
