import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { LiveEventState, Opening } from '@exco/contracts';
import { Clock } from '../core/clock';
import { CurrentEvent } from './current-event';
import { OpeningPace } from './opening-pace';

const preparesAt = '2026-11-22T08:45:00.000Z';
const opensAt = '2026-11-22T09:00:00.000Z';
const opening: Opening = {
  waiting: 9_000,
  prepareWithinMilliseconds: 60_000,
  sendWithinMilliseconds: 4_000,
  place: 0.5,
};

describe('OpeningPace', () => {
  const view = signal<{ preparesAt: string; opensAt: string; opening?: Opening } | null>(null);
  const state = signal<LiveEventState>('scheduled');
  const mayPrepare = signal(true);
  let pace: OpeningPace;
  let leaving: AbortController;

  function at(time: string) {
    jest.useFakeTimers({ now: Date.parse(time) });
    TestBed.configureTestingModule({
      providers: [
        { provide: CurrentEvent, useValue: { view, state, mayPrepare, counts: () => ({ watching: 0 }) } },
        { provide: Clock, useValue: { now: () => Date.now() } },
      ],
    });
    pace = TestBed.inject(OpeningPace);
  }

  /** How long the page waits for its turn. */
  async function waits(): Promise<number> {
    const from = Date.now();
    let turned: number | undefined;
    void pace.turn(leaving.signal).then(() => (turned = Date.now()));
    for (let step = 0; step < 2_000 && turned === undefined; step++) {
      TestBed.tick();
      await jest.advanceTimersByTimeAsync(100);
    }
    return (turned ?? Infinity) - from;
  }

  beforeEach(() => {
    leaving = new AbortController();
    view.set({ preparesAt, opensAt, opening });
    state.set('scheduled');
    mayPrepare.set(true);
  });
  afterEach(() => jest.useRealTimers());

  it('begins at its own place in the window that the server computed', async () => {
    at('2026-11-22T08:50:00.000Z');
    expect(await waits()).toBe(30_000);
  });

  it('begins so early that it is ready at the opening', async () => {
    at('2026-11-22T08:59:30.000Z');
    // Half of the 15 s that are left.
    expect(await waits()).toBe(7_500);
  });

  it('does not begin before preparesAt', async () => {
    at('2026-11-22T08:40:00.000Z');
    mayPrepare.set(false);
    const waited = waits();
    await jest.advanceTimersByTimeAsync(100);
    setTimeout(() => mayPrepare.set(true), 50_000);
    expect(await waited).toBeGreaterThanOrEqual(80_000);
  });

  it('goes on without the server’s figures when they do not come', async () => {
    at('2026-11-22T08:50:00.000Z');
    view.set({ preparesAt, opensAt });
    const waited = await waits();
    expect(waited).toBeGreaterThanOrEqual(4_000);
    expect(waited).toBeLessThanOrEqual(5_600);
  });

  it('begins at once when check-in has been open for a while', async () => {
    at('2026-11-22T09:05:00.000Z');
    state.set('open');
    expect(await waits()).toBeLessThanOrEqual(100);
  });

  it('sends at its place in the window after the opening, also when the opening moves', () => {
    at('2026-11-22T08:50:00.000Z');
    expect(pace.slot()).toBe(Date.parse(opensAt) + 2_000);
    view.set({ preparesAt, opensAt: '2026-11-22T09:01:00.000Z', opening });
    expect(pace.slot()).toBe(Date.parse(opensAt) + 62_000);
  });

  it('ends with the page', async () => {
    at('2026-11-22T08:50:00.000Z');
    const turn = pace.turn(leaving.signal);
    TestBed.tick();
    leaving.abort(new Error('left'));
    await expect(turn).rejects.toThrow('left');
  });
});
