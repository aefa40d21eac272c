import { jest } from '@jest/globals';
import { Clock } from './clock';

const start = Date.parse('2020-01-01T00:00:00.000Z');
const at = (milliseconds: number) => new Date(start + milliseconds).toISOString();

describe('Clock', () => {
  let clock: Clock;
  const ahead = () => clock.now() - Date.now();

  beforeEach(() => {
    jest.useFakeTimers({ now: start });
    clock = new Clock();
  });
  afterEach(() => jest.useRealTimers());

  it('takes an answer to be written halfway', () => {
    clock.answered(at(60_100), start, start + 200);
    expect(ahead()).toBe(60_000);
  });

  it('keeps the answer with the shortest way', () => {
    clock.answered(at(60_010), start, start + 20);
    clock.answered(at(61_900), start, start + 2_000);
    expect(ahead()).toBe(60_000);
    clock.answered(at(60_004), start, start + 2);
    expect(ahead()).toBe(60_003);
  });

  it('takes a worse answer once the best one is old', () => {
    clock.answered(at(10), start, start + 20);
    const later = start + 11 * 60_000;
    clock.answered(new Date(later + 300).toISOString(), later, later + 400);
    expect(ahead()).toBe(100);
  });

  it('takes a worse answer that cannot be true together with the best: the device’s clock was changed', () => {
    clock.answered(at(10), start, start + 20);
    const changed = start + 3_600_000;
    clock.answered(at(1_000), changed, changed + 400);
    expect(clock.now() - Date.now()).toBe(1_000 - 3_600_200);
  });

  it('is not set back by a message from a sleeping device’s buffer, only forward', () => {
    clock.answered(at(10), start, start + 20);
    jest.setSystemTime(start + 90_000);
    clock.atLeast(at(30_000));
    expect(ahead()).toBe(0);
    clock.atLeast(at(90_500));
    expect(ahead()).toBe(500);
  });
});
