import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { AttendanceView, Companion } from '@exco/contracts';
import { Api } from '../api';
import { CurrentEvent } from '../attendance/current-event';
import { Departure, leavingTimes } from './departure';

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

describe('Departure.prepare', () => {
  const companions = jest.fn<Api['companions']>();
  const attendance = signal<Pick<AttendanceView, 'committed'> | null>(null);
  const mine: Companion[] = [{ userId: 7, displayName: 'Me', checkedInAt: earlier, checkedOutAt: null }];
  let departure: Departure;

  beforeEach(() => {
    companions.mockReset().mockResolvedValue(mine);
    attendance.set({ committed: true });
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { companions } },
        { provide: CurrentEvent, useValue: { attendance } },
      ],
    });
    departure = TestBed.inject(Departure);
  });

  it('asks for a list that nobody told', async () => {
    await departure.prepare(5);
    expect(departure.list()).toEqual(mine);
  });

  it('does not ask when the check-in told it, or a row is still on its way', async () => {
    departure.know(5, mine);
    await departure.prepare(5);
    attendance.set({ committed: false });
    await departure.prepare(6);
    expect(companions).not.toHaveBeenCalled();
    expect(departure.list()).toBeNull();
  });

  it('leaves it to the end when nobody answers, without a word', async () => {
    companions.mockRejectedValue(new Error('away'));
    await departure.prepare(5);
    expect(departure.list()).toBeNull();
    expect(departure.problem()).toBeNull();
  });

  it('does not undo what came meanwhile', async () => {
    let answer: (list: Companion[]) => void = () => undefined;
    companions.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const prepared = departure.prepare(5);
    const left = mine.map((one) => ({ ...one, checkedOutAt: now }));
    departure.know(5, left);
    answer(mine);
    await prepared;
    expect(departure.list()).toEqual(left);
  });
});
