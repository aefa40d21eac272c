import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { AttendanceView, Companion } from '@exco/contracts';
import { Api } from '../core/api';
import { CurrentStudent } from '../core/current-student';
import { CurrentEvent } from './current-event';
import { MyGroup, leavingTimes } from './my-group';

const now = '2026-11-22T10:05:00.000Z';
const earlier = '2026-11-22T10:01:00.000Z';

describe('leavingTimes', () => {
  it('takes the times of the database, also those of an earlier check-out', () => {
    const times = leavingTimes(
      {
        committed: true,
        results: [
          { userId: 1, outcome: 'checked-out', checkedOutAt: now },
          { userId: 2, outcome: 'already-checked-out', checkedOutAt: earlier },
          { userId: 3, outcome: 'not-yours' },
        ],
      },
      now,
    );
    expect([...times]).toEqual([
      [1, now],
      [2, earlier],
    ]);
  });

  it('takes now for whom the database has not confirmed', () => {
    expect([...leavingTimes({ committed: false, results: [{ userId: 1, outcome: 'queued' }] }, now)]).toEqual([
      [1, now],
    ]);
  });
});

describe('MyGroup', () => {
  const ask = jest.fn<Api['group']>();
  const checkOut = jest.fn<Api['checkOut']>();
  const attended = jest.fn<CurrentEvent['attended']>();
  const attendance = signal<Pick<AttendanceView, 'committed'> | null>(null);
  const view = signal({ id: 5 });
  const mine: Companion[] = [{ userId: 7, displayName: 'Me', checkedInAt: earlier, checkedOutAt: null }];
  let group: MyGroup;

  beforeEach(() => {
    ask.mockReset().mockResolvedValue(mine);
    checkOut.mockReset();
    attended.mockReset();
    view.set({ id: 5 });
    attendance.set({ committed: true });
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { group: ask, checkOut } },
        {
          provide: CurrentEvent,
          useValue: { attendance, attended, view, acting: (act: () => Promise<void>) => act() },
        },
        { provide: CurrentStudent, useValue: { user: signal({ id: 7, displayName: 'Me' }) } },
      ],
    });
    group = TestBed.inject(MyGroup);
  });

  it('asks for a list that nobody told', async () => {
    await group.prepare(5);
    expect(group.list()).toEqual(mine);
  });

  it('does not ask when the check-in told it, or a row is still on its way', async () => {
    group.know(5, mine);
    await group.prepare(5);
    attendance.set({ committed: false });
    await group.prepare(6);
    expect(ask).not.toHaveBeenCalled();
    expect(group.list()).toBeNull();
  });

  it('leaves it to the end when nobody answers, without a word', async () => {
    ask.mockRejectedValue(new Error('away'));
    await group.prepare(5);
    expect(group.list()).toBeNull();
    expect(group.problem()).toBeNull();
  });

  it('does not undo what came meanwhile', async () => {
    let answer: (list: Companion[]) => void = () => undefined;
    ask.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const prepared = group.prepare(5);
    const left = mine.map((one) => ({ ...one, checkedOutAt: now }));
    group.know(5, left);
    answer(mine);
    await prepared;
    expect(group.list()).toEqual(left);
  });

  it('shows no list of an event that was left', async () => {
    let answer: (list: Companion[]) => void = () => undefined;
    ask.mockReturnValueOnce(new Promise((resolve) => (answer = resolve)));
    const loaded = group.load(5);
    group.turnTo(6);
    answer(mine);
    await loaded;
    expect(group.list()).toBeNull();
  });

  it('changes nothing of an event that came meanwhile with the answer to a check-out at another', async () => {
    let answer: () => void = () => undefined;
    checkOut.mockReturnValue(
      new Promise((resolve) => {
        const results = [{ userId: 7, outcome: 'checked-out' as const, checkedOutAt: now }];
        answer = () => resolve({ committed: true, results });
      }),
    );
    group.know(5, mine);
    const sent = group.send(5, [7], new AbortController().signal, () => undefined);
    view.set({ id: 6 });
    group.know(6, mine);
    answer();
    await sent;
    expect(group.list()).toEqual(mine);
    expect(attended).not.toHaveBeenCalled();
  });
});
