import type { EventView } from '@exco/contracts';
import type { Env } from '../../infrastructure/config/env.ts';
import { openingWindows, OpeningViews } from './opening-views.ts';

const preparesAt = '2026-11-22T08:45:00.000Z';
const opensAt = '2026-11-22T09:00:00.000Z';
const windowsAt = (serverTime: string, watching: number) =>
  openingWindows({ preparesAt, opensAt, serverTime: `2026-11-22T${serverTime}.000Z`, counts: { watching } }, 2_000);

describe('the window for preparing', () => {
  test.each([
    ['spreads who waits at preparesAt by what a line carries', '08:30:00', 10_000, 250_000],
    ['is what is left of that for who comes meanwhile', '08:47:00', 10_000, 130_000],
    ['is short for who comes later', '08:50:00', 10_000, 500],
    ['is short for few', '08:30:00', 3, 500],
    ['ends early enough to be ready at the opening', '08:45:00', 100_000, 885_000],
    ['leaves time for the test itself', '08:59:44', 100_000, 1_000],
    ['is over shortly before the opening', '08:59:50', 100_000, 0],
    ['is over after the opening', '09:00:10', 100_000, 0],
  ])('%s', (_, serverTime, watching, expected) => {
    expect(windowsAt(serverTime, watching).prepareWithinMilliseconds).toBe(expected);
  });

  test('is nothing for an event that is prepared after its opening', () => {
    const wrong = { preparesAt: opensAt, opensAt: preparesAt, serverTime: preparesAt, counts: { watching: 9_000 } };
    expect(openingWindows(wrong, 2_000).prepareWithinMilliseconds).toBe(0);
  });
});

test.each([
  [10_000, 5_000],
  [100, 500],
])('%i who wait send within %i ms', (watching, within) => {
  expect(windowsAt('08:59:00', watching)).toMatchObject({ waiting: watching, sendWithinMilliseconds: within });
});

describe('a place', () => {
  const env = { CHECK_INS_PER_SECOND: 2_000, SESSION_SECRET: 'a secret of thirty-two letters!!' } as Env;
  const event = { id: 5, state: 'scheduled', preparesAt, opensAt, serverTime: preparesAt } as EventView;
  const view: EventView = { ...event, counts: { checkedIn: 0, checkedOut: 0, watching: 10 } };
  const placeOf = (userId: number, eventId = 5, given = env) =>
    new OpeningViews(given).added(userId, { ...view, id: eventId }).opening?.place ?? NaN;

  test('is the same after a reload and from every process', () => {
    expect(placeOf(7)).toBe(placeOf(7));
  });

  test('is even over the window, whatever the ids', () => {
    const tenths = Array<number>(10).fill(0);
    for (let userId = 1; userId <= 10_000; userId++) {
      const tenth = Math.floor(placeOf(userId) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    for (const count of tenths) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test('is another one at another event, and for whoever does not know the secret', () => {
    expect(placeOf(7, 6)).not.toBe(placeOf(7));
    expect(placeOf(7, 5, { ...env, SESSION_SECRET: 'another secret, as long as needed' })).not.toBe(placeOf(7));
  });

  test('is not told once check-in is open', () => {
    expect(new OpeningViews(env).added(7, { ...view, state: 'open' })).not.toHaveProperty('opening');
  });
});
