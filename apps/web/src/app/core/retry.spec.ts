import { jest } from '@jest/globals';
import { ApiProblem, offline } from './api-problem';
import { line } from './line';
import { pause, retrying } from './retry';

const busy = new ApiProblem('BUSY', 3_000);

describe('retrying', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => {
    jest.useRealTimers();
    line.isSharedBy(null);
  });

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
    const call = jest.fn<() => Promise<string>>().mockRejectedValue(new ApiProblem('WRONG_DIGITS'));
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

  it.each([
    ['the browser is online again', () => window.dispatchEvent(new Event('online'))],
    ['something else has come through', () => line.cameThrough()],
  ])('goes on soon after %s, each page at its own moment', async (_, isBack) => {
    const call = jest.fn<() => Promise<string>>().mockRejectedValueOnce(offline()).mockResolvedValue('in');
    const result = retrying(call, { tries: 2, random: () => 0.9 });
    await jest.advanceTimersByTimeAsync(100);
    isBack();
    await jest.advanceTimersByTimeAsync(1_349);
    expect(call).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    await expect(result).resolves.toBe('in');
    expect(jest.getTimerCount()).toBe(0);
  });

  it.each([
    [30, 27],
    [1_000, 900],
    [10_000, 1_800],
  ])('leaves the others their turn by the server’s figure: %d pages', async (pages, milliseconds) => {
    line.isSharedBy(pages);
    const call = jest.fn<() => Promise<string>>().mockRejectedValueOnce(offline()).mockResolvedValue('in');
    const result = retrying(call, { tries: 2, random: () => 0.9 });
    await jest.advanceTimersByTimeAsync(0);
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(milliseconds - 1);
    expect(call).toHaveBeenCalledTimes(1);
    await jest.advanceTimersByTimeAsync(1);
    await expect(result).resolves.toBe('in');
  });

  it('a line that fails once more as it comes back is tried again soon', async () => {
    const call = jest.fn<() => Promise<string>>().mockRejectedValue(offline());
    const waits: number[] = [];
    const waiting = (milliseconds: number) => waits.push(milliseconds);
    const result = retrying(call, { tries: 7, random: () => 1, waiting }).catch(() => undefined);
    await jest.advanceTimersByTimeAsync(2_000 + 4_000 + 8_000);
    window.dispatchEvent(new Event('online'));
    await jest.advanceTimersByTimeAsync(1_500);
    expect(waits).toEqual([2_000, 4_000, 8_000, 16_000, 2_000]);
    await jest.runAllTimersAsync();
    await result;
  });

  it('stops waiting when it is told to', async () => {
    const stop = new AbortController();
    const waiting = pause(60_000, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    expect(jest.getTimerCount()).toBe(0);
  });
});
