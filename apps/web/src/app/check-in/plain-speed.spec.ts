import { texts } from '../texts/en';
import { plainSpeed } from './plain-speed';

describe('plainSpeed', () => {
  it.each([
    [497, '497 kbit/s'],
    [1_000, '1 Mbit/s'],
    [4_240, '4.2 Mbit/s'],
    [840_000, '840 Mbit/s'],
    [5_100_000, 'over 1,000 Mbit/s'],
  ])('says %d kbps as %s', (speed, words) => {
    expect(plainSpeed(speed, texts)).toBe(words);
  });
});
