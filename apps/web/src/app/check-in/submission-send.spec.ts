import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { CheckInAnswer, CheckInRequest } from '@exco/contracts';
import { Api } from '../core/api';
import { ApiProblem, offline } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { CheckInResults } from '../event/check-in-results';
import { CurrentEvent } from '../event/current-event';
import { Submission } from './submission';

const me = { id: 7, displayName: 'Me' };
const mina = { id: 8, displayName: 'Mina' };
const noor = { id: 9, displayName: 'Noor' };
const at = '2026-11-22T09:00:05.000Z';
const request = (...ids: number[]): CheckInRequest => ({
  digits: '0417',
  classmates: ids.map((userId) => ({ userId, digits: '0000' })),
  connection: { kbps: 4_000, bytes: 192_000 },
});
const answered = (...ids: number[]): CheckInAnswer => ({
  committed: true,
  results: ids.map((userId) => ({ userId, outcome: 'checked-in', checkedInAt: at, checkedInBy: me })),
});

describe('Submission.send', () => {
  const checkIn = jest.fn<Api['checkIn']>();
  const take = jest.fn<CheckInResults['take']>();
  const attended = jest.fn();
  const refresh = jest.fn();
  let submission: Submission;
  let leaving: AbortController;
  const send = (body: CheckInRequest) =>
    submission.send(5, body, { classmates: [mina, noor], signal: leaving.signal, waiting: () => undefined });
  const group = () => take.mock.lastCall?.[1].group?.map(({ userId }) => userId) ?? null;

  beforeEach(() => {
    jest.useFakeTimers();
    leaving = new AbortController();
    for (const mock of [checkIn, take, attended, refresh]) mock.mockReset();
    TestBed.configureTestingModule({
      providers: [
        { provide: Api, useValue: { checkIn } },
        { provide: CheckInResults, useValue: { take } },
        {
          provide: CurrentEvent,
          useValue: { attended, refresh, attendance: signal(null), acting: (act: () => Promise<void>) => act() },
        },
        { provide: CurrentStudent, useValue: { user: signal({ ...me, classes: [] }) } },
      ],
    });
    submission = TestBed.inject(Submission);
  });
  afterEach(() => jest.useRealTimers());

  it('tells the pages that come after it who is in, and the other tabs', async () => {
    checkIn.mockResolvedValue(answered(8, 7));
    await send(request(8));
    expect(group()).toEqual([7, 8]);
    expect(take.mock.lastCall?.[1].arrival).toEqual({
      broughtBy: null,
      brought: [{ userId: 8, displayName: 'Mina', outcome: 'checked-in' }],
    });
    expect(attended).toHaveBeenCalledWith(5, expect.objectContaining({ checkedInAt: at, committed: true }));
  });

  it('repeats a check-in whose answer never arrived', async () => {
    checkIn.mockRejectedValueOnce(offline()).mockResolvedValue(answered(7));
    const sent = send(request());
    await jest.advanceTimersByTimeAsync(2_000);
    await sent;
    expect(checkIn).toHaveBeenCalledTimes(2);
    expect(group()).toEqual([7]);
  });

  it('leaves the group to the server when an earlier check-in with other classmates was never answered', async () => {
    checkIn.mockRejectedValueOnce(offline());
    const first = send(request(8));
    const stopped = expect(first).rejects.toThrow('stopped');
    await jest.advanceTimersByTimeAsync(0);
    leaving.abort(new Error('stopped'));
    await stopped;
    leaving = new AbortController();
    checkIn.mockResolvedValue(answered(9, 7));
    await send(request(9));
    expect(group()).toBeNull();
  });

  it('knows the group after a check-in that was refused as a whole: it wrote nothing', async () => {
    checkIn.mockRejectedValueOnce(new ApiProblem('WRONG_DIGITS'));
    await expect(send(request(8))).rejects.toMatchObject({ code: 'WRONG_DIGITS' });
    checkIn.mockResolvedValue(answered(9, 7));
    await send(request(9));
    expect(group()).toEqual([7, 9]);
  });

  it('asks for the event anew when its check-in is closed: the page of its state comes next', async () => {
    checkIn.mockRejectedValueOnce(new ApiProblem('CHECK_IN_CLOSED'));
    await expect(send(request())).rejects.toMatchObject({ code: 'CHECK_IN_CLOSED' });
    expect(refresh).toHaveBeenCalledTimes(1);
  });

  it('takes nothing in once the page was left', async () => {
    checkIn.mockImplementation((_eventId, _request, signal) => {
      leaving.abort(new Error('left'));
      return signal?.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve(answered(7));
    });
    await expect(send(request())).rejects.toThrow('left');
    expect(take).not.toHaveBeenCalled();
    expect(attended).not.toHaveBeenCalled();
  });
});
