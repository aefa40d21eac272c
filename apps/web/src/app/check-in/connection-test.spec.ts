import { jest } from '@jest/globals';
import { longestTestMilliseconds } from '@exco/page-rules';
import { type LoadImage, testConnection, TooSlowToMeasure } from './connection-test';
import type { Loading } from './load-image';

const minimum = 500;

/** Gives an image in pieces of 16 kB, as a line of that speed would. */
function arrive(kbps: number, kilobytes: number, { piece }: Loading, serverTiming: string | null = null) {
  for (let bytes = 16_000; bytes <= kilobytes * 1_000; bytes += 16_000)
    piece({ bytes, milliseconds: (bytes * 8) / kbps });
  return Promise.resolve({ image: new Blob(), serverTiming });
}

function run(load: LoadImage) {
  const loads: number[] = [];
  const leaving = new AbortController();
  const loaded = jest.fn();
  const result = testConnection(
    minimum,
    (kilobytes, loading) => {
      loads.push(kilobytes);
      return load(kilobytes, loading);
    },
    { signal: leaving.signal, progress: () => undefined, loaded },
  );
  return { result, loads, leaving, loaded };
}

const never: LoadImage = (_, { signal }) =>
  new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('testConnection', () => {
  it('settles a fast line with one image, which is shown', async () => {
    const { result, loads, loaded } = run((kilobytes, loading) => arrive(2_000, kilobytes, loading));
    expect(await result).toEqual({ kbps: 2_000, bytes: 192_000 });
    expect(loads).toEqual([192]);
    expect(loaded).toHaveBeenCalledTimes(1);
  });

  it('loads one image more near the minimum', async () => {
    const { result, loads } = run((kilobytes, loading) => arrive(500, kilobytes, loading));
    expect(await result).toEqual({ kbps: 500, bytes: 448_000 });
    expect(loads).toEqual([192, 256]);
  });

  describe('a server that was late', () => {
    beforeEach(() => jest.useFakeTimers());
    afterEach(() => jest.useRealTimers());

    it('makes no line slow: it is measured again', async () => {
      let isFirst = true;
      const { result, loads } = run((kilobytes, loading) => {
        const [kbps, serverTiming] = isFirst ? [240, 'wait;dur=900'] : [20_000, null];
        isFirst = false;
        return arrive(kbps, kilobytes, loading, serverTiming);
      });
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await result).toMatchObject({ kbps: 20_000 });
      expect(loads).toEqual([192, 192]);
    });

    it('does not matter for a line that is fast all the same', async () => {
      const { result, loads } = run((kilobytes, loading) => arrive(20_000, kilobytes, loading, 'wait;dur=900'));
      expect(await result).toMatchObject({ kbps: 20_000 });
      expect(loads).toEqual([192]);
    });

    it('ends the test after four measurements', async () => {
      const { result, loads } = run((kilobytes, loading) => arrive(240, kilobytes, loading, 'wait;dur=900'));
      await jest.advanceTimersByTimeAsync(20_000);
      expect(await result).toMatchObject({ kbps: 240 });
      expect(loads).toHaveLength(4);
    });
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
      const { result } = run(async (kilobytes, loading) => {
        await arrive(90, 96, loading);
        return never(kilobytes, loading);
      });
      setTimeout(() => timeUp.abort(), 10);
      expect(await result).toEqual({ kbps: 90, bytes: 96_000 });
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
