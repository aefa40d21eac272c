import { jest } from '@jest/globals';
import { longestTestMilliseconds, testConnection, TooSlowToMeasure } from './connection-test';
import type { Sample } from './speed';

const minimum = 500;
const atSpeed = (kbps: number, kilobytes: number): Sample => ({
  bytes: kilobytes * 1000,
  milliseconds: (kilobytes * 8000) / kbps,
});

function run(load: (kilobytes: number, signal: AbortSignal) => Promise<Sample>) {
  const loads: number[] = [];
  const leaving = new AbortController();
  const result = testConnection(
    minimum,
    (kilobytes, signal) => {
      loads.push(kilobytes);
      return load(kilobytes, signal);
    },
    { signal: leaving.signal, progress: () => undefined },
  );
  return { result, loads, leaving };
}

const never = (_: number, signal: AbortSignal) =>
  new Promise<Sample>((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('testConnection', () => {
  it('settles a fast line with three small loads', async () => {
    const { result, loads } = run((kilobytes) => Promise.resolve(atSpeed(2_000, kilobytes)));
    expect(await result).toEqual({ kbps: 2_000, bytes: 192_000 });
    expect(loads).toEqual([64, 64, 64]);
  });

  it('looks closer at a line under four times the minimum, until a large load takes a second', async () => {
    const { result, loads } = run((kilobytes) => Promise.resolve(atSpeed(1_900, kilobytes)));
    await result;
    expect(loads).toEqual([64, 64, 64, 256]);
  });

  it('is done within the time at exactly the minimum, and lets it pass in spite of what each load wastes', async () => {
    const wasted = 40;
    let elapsed = 0;
    const { result } = run((kilobytes) => {
      const sample = atSpeed(minimum, kilobytes);
      elapsed += sample.milliseconds + wasted;
      return Promise.resolve({ ...sample, milliseconds: sample.milliseconds + wasted });
    });
    expect(await result).toEqual({ kbps: 500, bytes: 448_000 });
    expect(elapsed).toBeLessThan(longestTestMilliseconds);
  });

  it('asks nothing more of a line far below the minimum', async () => {
    const { result, loads } = run((kilobytes) => Promise.resolve(atSpeed(290, kilobytes)));
    expect(await result).toEqual({ kbps: 290, bytes: 192_000 });
    expect(loads).toEqual([64, 64, 64]);
  });

  it('never loads more than 1.3 MB', async () => {
    const { result } = run((kilobytes) => Promise.resolve({ bytes: kilobytes * 1000, milliseconds: 900 }));
    expect((await result).bytes).toBeLessThanOrEqual(1_300_000);
  });

  it('takes the median: one slow start does not fail a good line', async () => {
    const speeds = [300, 9_000, 8_000];
    const { result } = run((kilobytes) => Promise.resolve(atSpeed(speeds.shift() ?? 0, kilobytes)));
    expect((await result).kbps).toBe(8_000);
  });

  describe('when time is up', () => {
    let timeUp: AbortController;
    beforeEach(() => {
      timeUp = new AbortController();
      jest.spyOn(AbortSignal, 'timeout').mockImplementation((milliseconds) => {
        expect(milliseconds).toBe(longestTestMilliseconds);
        return timeUp.signal;
      });
    });
    afterEach(() => jest.restoreAllMocks());

    it('judges by what came through', async () => {
      const first = [Promise.resolve(atSpeed(90, 64))];
      const { result } = run((kilobytes, signal) => first.pop() ?? never(kilobytes, signal));
      setTimeout(() => timeUp.abort(), 10);
      expect(await result).toEqual({ kbps: 90, bytes: 64_000 });
    });

    it('says so when nothing did', async () => {
      const { result } = run(never);
      timeUp.abort();
      await expect(result).rejects.toThrow(TooSlowToMeasure);
    });
  });

  it('ends when the student leaves', async () => {
    const { result, leaving } = run(never);
    leaving.abort(new Error('left'));
    await expect(result).rejects.toThrow('left');
  });
});
