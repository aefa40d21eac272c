import { type Failure, Recovery } from './recovery';

const media: Failure = { kind: 'media' };
const network: Failure = { kind: 'network' };

const sources = (recovery: Recovery, failures: number) =>
  Array.from({ length: failures }, () => {
    const remedy = recovery.remedy(network, true, 0);
    return remedy.do === 'rebuild' ? remedy.source : remedy.do;
  });

describe('Recovery', () => {
  it('recovers from media errors at most every five seconds, and rebuilds in between', () => {
    const recovery = new Recovery(false);
    expect(recovery.remedy(media, true, 1_000).do).toBe('recover-media');
    expect(recovery.remedy(media, true, 5_999).do).toBe('rebuild');
    expect(recovery.remedy(media, true, 6_000).do).toBe('recover-media');
  });

  it('turns to the fallback after three tries, and back after three more', () => {
    expect(sources(new Recovery(true), 7)).toEqual([
      'main',
      'main',
      'main',
      'fallback',
      'fallback',
      'fallback',
      'main',
    ]);
  });

  it('stays with the one source there is', () => {
    expect(new Set(sources(new Recovery(false), 7))).toEqual(new Set(['main']));
  });

  it('begins anew once the picture moves', () => {
    const recovery = new Recovery(true);
    sources(recovery, 3);
    recovery.settled();
    expect(sources(recovery, 1)).toEqual(['main']);
  });

  it('waits longer each time, never more than 12.5 s', () => {
    const recovery = new Recovery(false, () => 1);
    const waits = Array.from({ length: 5 }, () => {
      const remedy = recovery.remedy(network, true, 0);
      return remedy.do === 'rebuild' ? remedy.after : 0;
    });
    expect(waits).toEqual([2_000, 3_500, 6_500, 12_500, 12_500]);
  });

  it('is no trouble before the start: nothing is there yet', () => {
    const recovery = new Recovery(true, () => 0);
    for (let index = 0; index < 9; index++)
      expect(recovery.remedy(network, false, 0)).toEqual({ do: 'rebuild', source: 'main', after: 5_000, tell: 'soon' });
  });

  it('never says “starting soon” to who watches already', () => {
    const recovery = new Recovery(false);
    for (let index = 0; index < 4; index++)
      expect(recovery.remedy(network, true, 0)).toMatchObject({ do: 'rebuild', tell: 'trouble' });
  });
});
