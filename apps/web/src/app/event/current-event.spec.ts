import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { AttendanceView, EventView } from '@exco/contracts';
import { Api } from '../core/api';
import { CurrentStudent } from '../core/current-student';
import { Arrivals } from './arrival';
import { CurrentEvent } from './current-event';
import { OtherTabs } from '../core/other-tabs';

const me = { id: 7, displayName: 'Me', classes: [] };
const byMina: AttendanceView = {
  checkedInAt: '2026-11-22T09:01:00.000Z',
  checkedInBy: { id: 8, displayName: 'Mina' },
  checkedOutAt: null,
  checkedOutBy: null,
  committed: true,
  revision: 1,
};
const view: EventView = {
  id: 5,
  title: 'Winter assembly',
  state: 'scheduled',
  preparesAt: '2026-11-22T08:45:00.000Z',
  opensAt: '2026-11-22T09:00:00.000Z',
  startsAt: '2026-11-22T09:10:00.000Z',
  endsAt: '2026-11-22T10:00:00.000Z',
  closesAt: '2026-11-22T11:00:00.000Z',
  minimumKbps: 500,
  serverTime: '2026-11-22T08:59:00.000Z',
  revision: 1,
  counts: { checkedIn: 3, checkedOut: 0, watching: 4 },
  attendance: null,
  attendanceRevision: 0,
};

describe('CurrentEvent', () => {
  const ask = jest.fn<Api['event']>();
  const tell = jest.fn();
  let event: CurrentEvent;

  beforeEach(async () => {
    // The student's clock is far off; only the server's counts.
    jest.useFakeTimers({ now: Date.parse('2020-01-01T00:00:00.000Z') });
    ask.mockReset().mockResolvedValue(view);
    tell.mockReset();
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { event: ask } },
        { provide: CurrentStudent, useValue: { user: signal(me) } },
        { provide: OtherTabs, useValue: { tell } },
      ],
    });
    event = TestBed.inject(CurrentEvent);
    await event.load(5);
  });
  afterEach(() => jest.useRealTimers());

  it('opens by the server’s clock, without asking', async () => {
    expect(event.place()).toBe('waiting');
    await jest.advanceTimersByTimeAsync(59_999);
    expect(event.place()).toBe('waiting');
    await jest.advanceTimersByTimeAsync(1);
    expect(event.place()).toBe('check-in');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('goes through a whole event on the clock alone', async () => {
    event.attend({ ...byMina, checkedInBy: me });
    await jest.advanceTimersByTimeAsync(11 * 60_000);
    expect(event.state()).toBe('live');
    await jest.advanceTimersByTimeAsync(50 * 60_000);
    expect(event.place()).toBe('check-out');
    await jest.advanceTimersByTimeAsync(60 * 60_000);
    expect(event.place()).toBe('over');
  });

  it('ends when the host says so, and goes on when the host extends', () => {
    event.receive({ type: 'attendance', attendance: byMina });
    event.receive({
      type: 'event',
      event: { ...view, state: 'ended', serverTime: view.startsAt, endsAt: view.startsAt },
    });
    expect(event.place()).toBe('check-out');
    event.receive({ type: 'event', event: { ...view, state: 'live', serverTime: view.startsAt } });
    expect(event.place()).toBe('stream');
  });

  it('tells by whom a classmate was checked in', () => {
    event.receive({ type: 'attendance', attendance: byMina });
    expect(TestBed.inject(Arrivals).latest()).toEqual({ broughtBy: 'Mina', brought: [] });
  });

  it('tells nothing of who checked in by themselves, but the other tabs', () => {
    event.attended({ ...byMina, checkedInBy: me });
    expect(TestBed.inject(Arrivals).latest()).toBeNull();
    expect(tell).toHaveBeenCalledWith('attendance');
  });

  it('does not let an answer that was under way undo what came meanwhile', async () => {
    let answer: (view: EventView) => void = () => undefined;
    ask.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const refreshed = event.refresh();
    event.attend(byMina);
    answer({ ...view, title: 'Spring assembly' });
    await refreshed;
    expect(event.attendance()).toEqual(byMina);
    expect(event.view()?.title).toBe('Spring assembly');
  });

  it('stays as it is when nobody answers', async () => {
    ask.mockRejectedValue(new Error('away'));
    await event.refresh();
    expect(event.view()).toEqual(view);
  });

  it('takes in what the connection says of the time before it, unless something newer came meanwhile', () => {
    const first = event.question();
    first({ ...view, title: 'Spring assembly', attendance: byMina });
    expect(event.view()).toMatchObject({ title: 'Spring assembly', attendance: byMina });
    // An admin took it back while the connection was lost.
    event.question()({ ...view, attendance: null });
    expect(event.attendance()).toBeNull();
    const slow = event.question();
    event.attend(byMina);
    slow({ ...view, attendance: null });
    expect(event.attendance()).toEqual(byMina);
    event.question()({ ...view, id: 6, title: 'Another event' });
    expect(event.view()?.id).toBe(5);
  });

  it('asks once for several who want to know', async () => {
    await Promise.all([event.refresh(), event.refresh(), event.wake()]);
    expect(ask).toHaveBeenCalledTimes(2);
  });
});
