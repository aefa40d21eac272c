import { Injectable } from '@nestjs/common';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import { EventViewsService } from '../views/event-views.service.ts';
import { OpeningViews } from '../views/opening-views.ts';
import { LiveSockets } from './live-sockets.ts';
import { LiveEvents, stateOf } from '../../stream/events/live-events.ts';

const lookEveryMilliseconds = 1_000;
/** By so much the number of those who wait may be off before all are told: each message goes to every one of them. */
const toldPrecision = 0.1;

/** Tells the pages that wait for an opening how many they are, and the windows that follow from it. */
@Injectable()
export class OpeningNews {
  /** Of each event that waits for its opening: how many its pages were told of. */
  private readonly told = new Map<number, number>();

  constructor(
    private readonly sockets: LiveSockets,
    private readonly events: LiveEvents,
    private readonly views: EventViewsService,
    private readonly openings: OpeningViews,
  ) {}

  @Periodic(lookEveryMilliseconds)
  async look(): Promise<void> {
    for (const eventId of this.told.keys()) if (!this.isWaitedFor(eventId)) this.told.delete(eventId);
    for (const eventId of this.sockets.eventIds()) if (this.isWaitedFor(eventId)) await this.tell(eventId);
  }

  private isWaitedFor(eventId: number): boolean {
    const event = this.events.known(eventId);
    return (
      event !== undefined &&
      stateOf(event, this.events.now()) === 'scheduled' &&
      this.sockets.watching(eventId).length > 0
    );
  }

  private async tell(eventId: number): Promise<void> {
    const event = this.events.known(eventId);
    if (!event) return;
    const windows = this.openings.windows(await this.views.withoutAttendance(event));
    const told = this.told.get(eventId) ?? 0;
    if (Math.abs(windows.waiting - told) <= told * toldPrecision) return;
    this.told.set(eventId, windows.waiting);
    await this.sockets.broadcast(eventId, { type: 'opening', ...windows }, 'who asked for a view');
  }
}
