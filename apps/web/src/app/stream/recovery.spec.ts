import { type Moment, Recovery } from './recovery';

const still: Omit<Moment, 'now'> = { phase: 'during', isWell: false, hasFailed: false, online: true };
const moves = { ...still, isWell: true };

/** What is done, and when first, looking each half second. */
function remedies(recovery: Recovery, from: number, to: number, moment: (now: number) => Omit<Moment, 'now'>) {
  const all: [number, string][] = [];
  for (let now = from; now <= to; now += 500) {
    const remedy = recovery.remedy({ ...moment(now), now });
    if (remedy.do === 'stay') continue;
    all.push([now, remedy.do === 'play' ? remedy.source : remedy.do]);
    if (remedy.do === 'play') recovery.begun(remedy.source, now);
  }
  return all;
}

describe('Recovery', () => {
  it('a picture that stands still: the fallback within 15 s', () => {
    const recovery = new Recovery(true, 0);
    expect(remedies(recovery, 0, 12_000, () => still)).toEqual([[9_000, 'fallback']]);
  });

  it('a player that has given up: the fallback at once', () => {
    const recovery = new Recovery(true, 0);
    expect(remedies(recovery, 1_000, 1_000, () => ({ ...still, hasFailed: true }))).toEqual([[1_000, 'fallback']]);
  });

  it('a picture that moves again in time stays where it is', () => {
    const recovery = new Recovery(true, 0);
    expect(remedies(recovery, 0, 60_000, (now) => (now % 8_000 < 7_000 ? still : moves))).toEqual([]);
  });

  it('looks whether the first address is well at most once a minute, while the fallback plays', () => {
    const recovery = new Recovery(true, 0, () => 0);
    recovery.begun('fallback', 0);
    expect(remedies(recovery, 0, 200_000, () => moves)).toEqual([
      [60_000, 'look-at-main'],
      [120_000, 'look-at-main'],
      [180_000, 'look-at-main'],
    ]);
    recovery.begun('main', 200_000);
    expect(remedies(recovery, 200_000, 400_000, () => moves)).toEqual([]);
  });

  it('never builds a source again on chance: when both have failed they are asked first', () => {
    const recovery = new Recovery(true, 0);
    recovery.begun('fallback', 0);
    const remedy = recovery.remedy({ ...still, hasFailed: true, now: 100 });
    expect(remedy).toEqual({ do: 'probe', sources: ['main', 'fallback'] });
    expect(new Recovery(false, 0).remedy({ ...still, hasFailed: true, now: 100 })).toEqual({
      do: 'probe',
      sources: ['main'],
    });
  });

  it('before the start nobody is sent to the fallback', () => {
    const recovery = new Recovery(true, 0);
    const early = { ...still, phase: 'before' as const, hasFailed: true };
    expect(recovery.remedy({ ...early, now: 500 }).do).toBe('probe');
  });

  it('a lost line is no fault of the source', () => {
    const recovery = new Recovery(true, 0);
    expect(remedies(recovery, 0, 50_000, () => ({ ...still, online: false }))).toEqual([]);
    expect(remedies(recovery, 50_500, 53_000, () => still)).toEqual([]);
  });

  it('a line slower than the player’s patience gets more of it each time', () => {
    const recovery = new Recovery(true, 0);
    recovery.remedy({ ...still, now: 9_000 });
    recovery.begun('fallback', 9_000);
    expect(recovery.remedy({ ...still, now: 19_000 }).do).toBe('stay');
    expect(recovery.remedy({ ...still, now: 27_000 }).do).toBe('probe');
  });
});
