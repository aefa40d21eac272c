import { pictureAtStandstill, type Standstill } from './picture';

const watched: Standstill = {
  phase: 'during',
  online: true,
  stillFor: 0,
  hasMoved: true,
  isGone: false,
  hasEnded: false,
};
const beginning: Standstill = { ...watched, hasMoved: false };

describe('pictureAtStandstill', () => {
  it.each<[string, Standstill, string]>([
    ['a moment without movement is none', { ...watched, stillFor: 2_499 }, 'playing'],
    ['a picture that stands says so before three seconds', { ...watched, stillFor: 2_500 }, 'still'],
    ['a player that begins loads', { ...beginning, stillFor: 3_999 }, 'loading'],
    ['a stream that is late does not answer', { ...beginning, stillFor: 4_000 }, 'away'],
    ['a player that has given up has no picture', { ...watched, isGone: true }, 'away'],
    ['an encoder that has stopped pauses', { ...watched, isGone: true, hasEnded: true }, 'pause'],
    ['before the start a stream may be absent', { ...beginning, phase: 'before', isGone: true }, 'soon'],
    ['and is loaded first', { ...beginning, phase: 'before' }, 'loading'],
    ['a lost line is no fault of the stream', { ...watched, online: false, isGone: true, hasEnded: true }, 'offline'],
  ])('%s', (_, standstill, picture) => expect(pictureAtStandstill(standstill)).toBe(picture));
});
