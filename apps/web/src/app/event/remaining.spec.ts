import { formsOf } from '../texts/forms';
import { inWords, remaining } from './remaining';

describe('remaining', () => {
  it('takes the time apart', () => {
    expect(remaining(((2 * 24 + 3) * 60 + 4) * 60_000 + 5_000)).toEqual({ days: 2, hours: 3, minutes: 4, seconds: 5 });
  });

  it('shows a begun second, and nothing below zero', () => {
    expect(remaining(1).seconds).toBe(1);
    expect(remaining(-5_000)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0 });
  });
});

describe('inWords', () => {
  it.each([
    [3_600_000 + 120_000, '1 hour and 2 minutes'],
    [24 * 3_600_000, '1 day'],
    [20_000, ''],
  ])('says %d ms as %s', (milliseconds, words) => {
    expect(inWords(remaining(milliseconds), formsOf('en'))).toBe(words);
  });
});
