import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { type ComponentFixture, TestBed } from '@angular/core/testing';
import { Router } from '@angular/router';
import type { AttendanceView, CheckOutAnswer, Companion, Counts } from '@exco/contracts';
import { Api } from '../core/api';
import { ApiProblem, offline } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { CurrentEvent } from '../event/current-event';
import type { Place } from '../event/place';
import { CheckOut } from './check-out';

const endsAt = '2026-11-22T10:00:00.000Z';
const at = '2026-11-22T10:00:20.000Z';
const companion = (userId: number, displayName: string, checkedOutAt: string | null = null): Companion => ({
  userId,
  displayName,
  checkedInAt: '2026-11-22T09:01:00.000Z',
  checkedOutAt,
});
const [me, mina, noor] = [companion(7, 'Me'), companion(8, 'Mina'), companion(9, 'Noor')];
const myAttendance: AttendanceView = {
  checkedInAt: me.checkedInAt,
  checkedInBy: { id: 7, displayName: 'Me' },
  checkedOutAt: null,
  checkedOutBy: null,
  committed: true,
  revision: 1,
};
const answerFor = (...userIds: number[]): CheckOutAnswer => ({
  committed: true,
  results: userIds.map((userId) => ({ userId, outcome: 'checked-out', checkedOutAt: at })),
});

describe('CheckOut', () => {
  const ask = jest.fn<Api['group']>();
  const checkOut = jest.fn<Api['checkOut']>();
  const navigate = jest.fn<Router['navigate']>();
  const attended = jest.fn<CurrentEvent['attended']>();
  const refresh = jest.fn<CurrentEvent['refresh']>();
  const view = { id: 5, title: 'Winter assembly', endsAt, closesAt: '2026-11-22T11:00:00.000Z' };
  const place = signal<Place>('check-out');
  const counts = signal<Counts>({ checkedIn: 3, checkedOut: 0, watching: 0 });
  let page: ComponentFixture<CheckOut>;

  beforeEach(() => {
    // Long after the end: nobody has to wait for the others.
    jest.useFakeTimers({ now: Date.parse('2026-11-22T10:05:00.000Z') });
    HTMLDialogElement.prototype.showModal = function () {
      this.open = true;
    };
    HTMLDialogElement.prototype.close = function () {
      this.open = false;
      this.dispatchEvent(new Event('close'));
    };
    place.set('check-out');
    counts.set({ checkedIn: 3, checkedOut: 0, watching: 0 });
    for (const mock of [ask, checkOut, navigate, attended, refresh]) mock.mockReset();
    ask.mockResolvedValue([me, mina, noor]);
    navigate.mockResolvedValue(true);
    refresh.mockResolvedValue();
    checkOut.mockImplementation((_, { userIds }) => Promise.resolve(answerFor(...userIds)));
    attended.mockImplementation((_, { checkedOutAt }) => {
      if (checkedOutAt) place.set('over');
    });
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { group: ask, checkOut } },
        { provide: Router, useValue: { navigate } },
        { provide: CurrentStudent, useValue: { user: signal({ id: 7, displayName: 'Me', classes: [] }) } },
        {
          provide: CurrentEvent,
          useValue: {
            view: signal(view),
            attendance: signal(myAttendance),
            acting: (act: () => Promise<void>) => act(),
            ...{ place, counts, attended, refresh },
          },
        },
      ],
    });
  });
  afterEach(() => jest.useRealTimers());

  const settle = async (milliseconds = 0) => {
    await jest.advanceTimersByTimeAsync(milliseconds);
    page.detectChanges();
    await jest.advanceTimersByTimeAsync(0);
  };
  const open = async () => {
    page = TestBed.createComponent(CheckOut);
    page.detectChanges();
    await settle();
  };
  const element = (selector: string) => (page.nativeElement as HTMLElement).querySelector<HTMLElement>(selector);
  const isOpen = () => (element('dialog') as HTMLDialogElement).open;
  const boxes = () => [...(page.nativeElement as HTMLElement).querySelectorAll<HTMLInputElement>('input')];
  const news = () => element('.news')?.textContent.trim();
  const press = async () => {
    element('form')?.dispatchEvent(new Event('submit'));
    await settle();
  };
  const sent = () => checkOut.mock.calls.map(([eventId, { userIds }]) => [eventId, [...userIds].sort()]);
  const over = [['/events', 5, 'over'], { replaceUrl: true }];

  it('opens as a dialog, with everybody chosen who is still here; a press sends them and leads on', async () => {
    ask.mockResolvedValue([me, mina, companion(9, 'Noor', at)]);
    await open();
    expect(isOpen()).toBe(true);
    expect(boxes().map(({ checked, disabled }) => [checked, disabled])).toEqual([
      [true, false],
      [true, false],
      [true, true],
    ]);
    await press();
    expect(sent()).toEqual([[5, [7, 8]]]);
    expect(attended).toHaveBeenCalledWith(5, expect.objectContaining({ checkedOutAt: at, committed: true }));
    expect(navigate.mock.calls).toEqual([over]);
  });

  it('sends only who is chosen', async () => {
    await open();
    boxes()[1]?.click();
    boxes()[2]?.click();
    boxes()[2]?.click();
    await press();
    expect(sent()).toEqual([[5, [7, 9]]]);
  });

  it('sends nothing while nobody is chosen, and says what to do', async () => {
    ask.mockResolvedValue([me]);
    await open();
    boxes()[0]?.click();
    await press();
    expect(checkOut).not.toHaveBeenCalled();
    expect(news()).toBe('Choose at least one.');
  });

  it('a press does not wait for the spread of the lists, but for the list', async () => {
    jest.setSystemTime(Date.parse(endsAt));
    counts.set({ checkedIn: 10_000, checkedOut: 0, watching: 10_000 });
    const random = jest.spyOn(Math, 'random').mockReturnValue(0.9);
    await open();
    expect(ask).not.toHaveBeenCalled();
    await press();
    expect(ask).toHaveBeenCalledTimes(1);
    expect(sent()).toEqual([[5, [7, 8, 9]]]);
    random.mockRestore();
  });

  it('says when the list cannot be loaded, and loads it again', async () => {
    ask.mockRejectedValueOnce(new ApiProblem('NOT_SIGNED_IN'));
    await open();
    expect(element('[role=alert]')?.textContent).toContain('We couldn’t load your list.');
    await press();
    expect(checkOut).not.toHaveBeenCalled();
    element('[role=alert] button')?.click();
    await settle();
    expect(boxes()).toHaveLength(3);
    await press();
    expect(sent()).toEqual([[5, [7, 8, 9]]]);
  });

  it('repeats a check-out whose answer never arrived, and says so meanwhile', async () => {
    checkOut.mockRejectedValueOnce(offline());
    await open();
    await press();
    expect(news()).toContain('Trying again');
    expect(element('[type=submit]')?.textContent).toContain('Checking out…');
    await settle(2_000);
    expect(sent()).toEqual([
      [5, [7, 8, 9]],
      [5, [7, 8, 9]],
    ]);
    expect(navigate.mock.calls).toEqual([over]);
  });

  it('sends once, however often it is pressed', async () => {
    checkOut.mockReturnValue(new Promise(() => undefined));
    await open();
    await press();
    await press();
    expect(checkOut).toHaveBeenCalledTimes(1);
  });

  it.each(['CHECK_OUT_CLOSED', 'CHECK_OUT_NOT_OPEN'] as const)(
    '%s: says why, asks for the event anew, and can be pressed again',
    async (code) => {
      checkOut.mockRejectedValueOnce(new ApiProblem(code));
      await open();
      await press();
      expect(news()).not.toBe('');
      expect(refresh).toHaveBeenCalledTimes(1);
      expect(element('[type=submit]')?.getAttribute('aria-disabled')).toBe('false');
      await press();
      expect(checkOut).toHaveBeenCalledTimes(2);
    },
  );

  it('sends nothing more once the page was left, and takes nothing in', async () => {
    checkOut.mockImplementationOnce((_, __, signal) => {
      page.destroy();
      return Promise.reject(signal?.aborted ? (signal.reason as Error) : offline());
    });
    await open();
    element('form')?.dispatchEvent(new Event('submit'));
    await jest.advanceTimersByTimeAsync(60_000);
    expect(checkOut).toHaveBeenCalledTimes(1);
    expect(attended).not.toHaveBeenCalled();
    expect(navigate).not.toHaveBeenCalled();
  });

  it('asks for no list once the page was left', async () => {
    jest.setSystemTime(Date.parse(endsAt));
    counts.set({ checkedIn: 10_000, checkedOut: 0, watching: 10_000 });
    await open();
    page.destroy();
    await jest.advanceTimersByTimeAsync(60_000);
    expect(ask).not.toHaveBeenCalled();
  });

  it('takes off the list who is not mine, and stays for who is still here', async () => {
    place.set('over');
    ask.mockResolvedValue([companion(7, 'Me', at), mina, noor]);
    checkOut.mockResolvedValueOnce({ committed: true, results: [{ userId: 8, outcome: 'not-yours' }] });
    await open();
    expect(navigate).not.toHaveBeenCalled();
    boxes()[2]?.click();
    await press();
    expect(sent()).toEqual([[5, [8]]]);
    expect(boxes()).toHaveLength(2);
    expect(navigate).not.toHaveBeenCalled();
    await press();
    expect(sent().at(-1)).toEqual([5, [9]]);
    expect(navigate.mock.calls).toEqual([over]);
  });

  it('can be closed and opened again: the student is still in', async () => {
    await open();
    element('.actions [type=button]')?.click();
    page.detectChanges();
    expect(isOpen()).toBe(false);
    element('.bar button')?.click();
    page.detectChanges();
    expect(isOpen()).toBe(true);
    expect(element('.bar')).toBeNull();
    expect(checkOut).not.toHaveBeenCalled();
  });
});
