import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { aLiveEvent } from '@exco/testing';
import type { CreateLiveEvent } from '@exco/contracts';
import type { LiveEvent } from '@exco/persistence';
import { busy } from '../../infrastructure/http/api-error.ts';
import type { SignalBus } from '../../infrastructure/redis/signals.ts';
import { liveEventChanged } from '../../stream/events/live-event-signals.ts';
import type { LiveEventRepository } from '../../stream/events/live-event.repository.ts';
import { LiveEventService } from '../../stream/events/live-event.service.ts';
import type { LiveEvents } from '../../stream/events/live-events.ts';
import type { Roster } from '../../users/roster/roster.ts';
import type { AttendanceRepository } from '../records/attendance.repository.ts';
import type { EventRosterRepository } from '../records/event-roster.repository.ts';
import type { AgreedCounts } from '../counts/agreed-counts.ts';
import { AdminEventsService } from './admin-events.service.ts';
import { EventViewsService } from './event-views.service.ts';
import type { OwnAttendances } from './own-attendance.ts';

test('an event that is written is answered as created, and announced, also when nothing can be read any more', async () => {
  const event: LiveEvent = { id: 5, revision: 1, ...aLiveEvent('open') };
  const away = () => Promise.reject(busy());
  const announced: unknown[] = [];
  const logged = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
  const signals = { publish: (...signal: unknown[]) => announced.push(signal) } as unknown as SignalBus;
  const repository = { create: () => Promise.resolve(event) } as unknown as LiveEventRepository;
  const events = { refresh: away, known: () => undefined, now: () => Date.now() } as unknown as LiveEvents;
  const counts = { current: away } as unknown as AgreedCounts;
  const service = new AdminEventsService(
    new LiveEventService(repository, events, signals, {} as Roster),
    events,
    new EventViewsService(events, {} as OwnAttendances, counts),
    {} as AttendanceRepository,
    {} as EventRosterRepository,
  );
  const request = Object.assign({}, event, { opensAt: event.opensAt.toISOString() }) as unknown as CreateLiveEvent;
  expect(await service.create(request)).toMatchObject({
    id: 5,
    state: 'open',
    counts: { checkedIn: 0, checkedOut: 0, watching: 0 },
  });
  expect(announced).toEqual([[liveEventChanged, { eventId: 5 }]]);
  expect(logged).toHaveBeenCalledWith(expect.objectContaining({ code: 'BUSY' }));
});
