import { jest } from '@jest/globals';
import { ApiProblem } from './api-problem';
import { backoff, pause, retryDelay, retrying } from './retry';

const busy = new ApiProblem('BUSY', 'busy', 3_000);

describe('backoff', () => {
  it('doubles its span up to the longest', () => {
    const most = [1, 2, 3, 4, 5, 9].map((attempt) => backoff(attempt, { random: () => 1 }));
    expect(most).toEqual([2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  });

  it('may be anything within the span', () => {
    expect(backoff(3, { random: () => 0 })).toBe(0);
    expect(backoff(3, { random: () => 0.5 })).toBe(4_000);
  });
});

describe('retryDelay', () => {
  it('never comes back before the server asked, and never all at once', () => {
    expect(retryDelay(busy, 1, () => 0)).toBe(3_000);
    expect(retryDelay(busy, 1, () => 1)).toBe(5_000);
  });

  it('keeps nobody much longer who was told a time, and the others ever longer', () => {
    expect(retryDelay(new ApiProblem('BUSY', 'busy', 20_000), 4, () => 1)).toBe(22_000);
    expect(retryDelay(busy, 4, () => 1)).toBe(16_000);
  });
});

describe('retrying', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('repeats what may pass, and tells how long it waits', async () => {
    const call = jest.fn<() => Promise<string>>().mockRejectedValueOnce(busy).mockResolvedValue('in');
    const waits: number[] = [];
    const result = retrying(call, { tries: 2, random: () => 1, waiting: (milliseconds) => waits.push(milliseconds) });
    await jest.advanceTimersByTimeAsync(4_999);
    expect(call).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    await expect(result).resolves.toBe('in');
    expect(waits).toEqual([5_000]);
  });

  it('does not repeat what will not pass', async () => {
    const call = jest.fn<() => Promise<string>>().mockRejectedValue(new ApiProblem('WRONG_DIGITS', 'no'));
    await expect(retrying(call, { tries: 5 })).rejects.toMatchObject({ code: 'WRONG_DIGITS' });
    expect(call).toHaveBeenCalledTimes(1);
  });

  it('gives up after its tries', async () => {
    const call = jest.fn<() => Promise<string>>().mockRejectedValue(busy);
    const result = retrying(call, { tries: 3, random: () => 0 });
    const refused = expect(result).rejects.toBe(busy);
    await jest.runAllTimersAsync();
    await refused;
    expect(call).toHaveBeenCalledTimes(3);
  });

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const waiting = pause(60_000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    expect(jest.getTimerCount()).toBe(0);
  });
});
