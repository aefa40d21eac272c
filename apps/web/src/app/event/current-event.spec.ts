import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { AttendanceView, EventView } from '@exco/contracts';
import { Api } from '../core/api';
import { ApiProblem } from '../core/api-problem';
import { Clock } from '../core/clock';
import { line } from '../core/line';
import { CurrentStudent } from '../core/current-student';
import { OtherTabs } from '../core/other-tabs';
import { Arrivals } from './arrival';
import { CurrentEvent } from './current-event';

const me = { id: 7, displayName: 'Me' };
const byMina: AttendanceView = {
  checkedInAt: '2026-11-22T09:01:00.000Z',
  checkedInBy: { id: 8, displayName: 'Mina' },
  checkedOutAt: null,
  checkedOutBy: null,
  committed: true,
  revision: 1,
};
const byMe: AttendanceView = { ...byMina, checkedInBy: me };
const view: EventView = {
  id: 5,
  title: 'Winter assembly',
  state: 'scheduled',
  preparesAt: '2026-11-22T08:59:30.000Z',
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
const ended = { ...view, state: 'ended' as const, serverTime: view.startsAt, endsAt: view.startsAt, revision: 2 };

/** An answer that the test gives when it likes. */
function held() {
  let answer: (view: EventView) => void = () => undefined;
  const promise = new Promise<EventView>((resolve) => (answer = resolve));
  return { promise, answer };
}

describe('CurrentEvent', () => {
  const ask = jest.fn<Api['event']>();
  const list = jest.fn<Api['events']>();
  const tell = jest.fn();
  let event: CurrentEvent;

  beforeEach(async () => {
    // The student's clock is far off; only the server's counts.
    jest.useFakeTimers({ now: Date.parse('2020-01-01T00:00:00.000Z') });
    ask.mockReset().mockResolvedValue(view);
    tell.mockReset();
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { event: ask, events: list } },
        { provide: CurrentStudent, useValue: { user: signal({ ...me, classes: [] }) } },
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

  it('tells how many pages share the line: those who watch, or wait for the opening', () => {
    const most = () => line.turn(() => 1);
    TestBed.tick();
    expect(most()).toBe(4);
    event.receive({ type: 'counts', eventId: 5, checkedIn: 3, checkedOut: 0, watching: 700, seq: 1 });
    TestBed.tick();
    expect(most()).toBe(700);
    const opening = { waiting: 900, prepareWithinMilliseconds: 1, sendWithinMilliseconds: 1, place: 0 };
    event.receive({ type: 'view', event: { ...view, opening } });
    TestBed.tick();
    expect(most()).toBe(900);
  });

  it('may prepare from preparesAt on', async () => {
    await jest.advanceTimersByTimeAsync(29_999);
    expect(event.mayPrepare()).toBe(false);
    await jest.advanceTimersByTimeAsync(1);
    expect(event.mayPrepare()).toBe(true);
  });

  it('goes through a whole event on the clock alone', async () => {
    event.attended(5, byMe);
    await jest.advanceTimersByTimeAsync(11 * 60_000);
    expect(event.state()).toBe('live');
    await jest.advanceTimersByTimeAsync(50 * 60_000);
    expect(event.place()).toBe('check-out');
    await jest.advanceTimersByTimeAsync(60 * 60_000);
    expect(event.place()).toBe('over');
  });

  it('does not count the wait between two tries as time on the line', async () => {
    ask.mockReset();
    ask.mockRejectedValueOnce(new ApiProblem('BUSY', 20_000));
    ask.mockResolvedValue({ ...view, id: 6, serverTime: '2026-11-22T08:59:30.000Z' });
    const loaded = event.load(6);
    await jest.advanceTimersByTimeAsync(22_000);
    await loaded;
    // The second try was sent and answered 20 to 22 s after the first.
    expect(TestBed.inject(Clock).now()).toBeLessThanOrEqual(Date.parse('2026-11-22T08:59:32.000Z'));
  });

  it('ends when the host says so, and goes on when the host extends', () => {
    event.receive({ type: 'attendance', attendance: byMina });
    event.receive({ type: 'event', event: ended });
    expect(event.place()).toBe('check-out');
    event.receive({ type: 'event', event: { ...view, state: 'live', serverTime: view.startsAt, revision: 3 } });
    expect(event.place()).toBe('stream');
  });

  it('stays ended when an answer from before the host’s end arrives after its message', async () => {
    event.attended(5, byMe);
    const late = held();
    ask.mockReturnValue(late.promise);
    const refreshed = event.refresh();
    event.receive({ type: 'event', event: ended });
    late.answer({ ...view, state: 'live' });
    await refreshed;
    expect(event.place()).toBe('check-out');
  });

  it('tells by whom a classmate was checked in', () => {
    event.receive({ type: 'attendance', attendance: byMina });
    const arrivals = TestBed.inject(Arrivals);
    expect(arrivals.latest(5)).toEqual({ broughtBy: 'Mina', brought: [] });
    expect(arrivals.latest(6)).toBeNull();
  });

  describe('while an act of this page is under way', () => {
    const act = () => {
      let answered: () => void = () => undefined;
      const over = event.acting(() => new Promise<void>((resolve) => (answered = resolve)));
      return { over, answered: () => answered() };
    };

    it('a message of the attendance waits for the answer, which says more', async () => {
      const { over, answered } = act();
      event.receive({ type: 'attendance', attendance: byMe });
      await jest.advanceTimersByTimeAsync(1_000);
      expect(event.attendance()).toBeNull();
      answered();
      await over;
      await jest.advanceTimersByTimeAsync(0);
      expect(event.attendance()).toEqual(byMe);
    });

    it('but not so long that this page would be late', async () => {
      act();
      event.receive({ type: 'attendance', attendance: byMina });
      await jest.advanceTimersByTimeAsync(1_500);
      expect(event.attendance()).toEqual(byMina);
    });

    it('and no longer when the act has failed', async () => {
      await expect(event.acting(() => Promise.reject(new Error('stopped')))).rejects.toThrow('stopped');
      event.receive({ type: 'attendance', attendance: byMe });
      expect(event.attendance()).toEqual(byMe);
    });
  });

  it('tells nothing of who checked in by themselves, but the other tabs', () => {
    event.attended(5, byMe);
    expect(TestBed.inject(Arrivals).latest(5)).toBeNull();
    expect(tell).toHaveBeenCalledWith('attendance');
  });

  it('leaves this event alone when the act was at another', () => {
    event.attended(6, byMe);
    expect(event.attendance()).toBeNull();
  });

  it('does not let an answer that was under way undo what came meanwhile', async () => {
    const late = held();
    ask.mockReturnValue(late.promise);
    const refreshed = event.refresh();
    event.attended(5, byMe);
    late.answer({ ...view, title: 'Spring assembly' });
    await refreshed;
    expect(event.attendance()).toEqual(byMe);
    expect(event.view()?.title).toBe('Spring assembly');
  });

  it('stays as it is when nobody answers', async () => {
    ask.mockRejectedValue(new Error('away'));
    const before = event.view();
    await event.refresh();
    expect(event.view()).toBe(before);
  });

  it('takes in what the connection says of the time before it', () => {
    event.receive({
      type: 'view',
      event: { ...view, title: 'Spring assembly', attendance: byMina, attendanceRevision: 1 },
    });
    expect(event.view()?.title).toBe('Spring assembly');
    expect(event.attendance()).toEqual(byMina);
    // An admin revoked it while the connection was lost.
    event.receive({ type: 'view', event: { ...view, attendance: null, attendanceRevision: 2 } });
    expect(event.attendance()).toBeNull();
    event.receive({ type: 'view', event: { ...view, id: 6, title: 'Another event' } });
    expect(event.view()?.id).toBe(5);
  });

  it('shows the event that was opened last, whichever answer comes last', async () => {
    const [six, seven] = [held(), held()];
    ask.mockReturnValueOnce(six.promise).mockReturnValueOnce(seven.promise);
    const loads = Promise.all([event.load(6), event.load(7)]);
    seven.answer({ ...view, id: 7 });
    await Promise.resolve();
    six.answer({ ...view, id: 6 });
    await loads;
    expect(event.view()?.id).toBe(7);
  });

  it('shows the event that was opened last, also when the current one was asked for before', async () => {
    const current = held();
    list.mockReturnValueOnce(current.promise.then((one) => [one]));
    const asked = event.loadCurrent();
    ask.mockResolvedValueOnce({ ...view, id: 7 });
    await event.load(7);
    current.answer({ ...view, id: 6 });
    expect(await asked).toMatchObject({ id: 6 });
    expect(event.view()?.id).toBe(7);
  });

  it('answers a refresh with a question that was asked after it', async () => {
    const early = held();
    ask.mockReset().mockReturnValueOnce(early.promise).mockResolvedValue(ended);
    const first = event.refresh();
    const [second, third] = [event.refresh(), event.refresh()];
    early.answer(view);
    await first;
    expect(event.state()).toBe('scheduled');
    await Promise.all([second, third]);
    expect(event.state()).toBe('ended');
    expect(ask).toHaveBeenCalledTimes(2);
  });

  it('takes the new windows of the opening, and keeps its own place in them', () => {
    const opening = { waiting: 1, prepareWithinMilliseconds: 1_000, sendWithinMilliseconds: 500, place: 0.25 };
    event.receive({ type: 'view', event: { ...view, opening } });
    event.receive({ type: 'opening', waiting: 900, prepareWithinMilliseconds: 9_000, sendWithinMilliseconds: 3_000 });
    event.receive({ type: 'event', event: { ...view, opensAt: view.startsAt, revision: 2 } });
    expect(event.view()).toMatchObject({ opensAt: view.startsAt, opening: { waiting: 900, place: 0.25 } });
  });
});
