import { prepareAt, sendAt, unplannedOpening } from './opening.ts';

const preparesAt = '2026-11-22T08:45:00.000Z';
const opensAt = '2026-11-22T09:00:00.000Z';
const times = { preparesAt, opensAt };
const plan = { place: 0.5, prepareWithinMilliseconds: 60_000, sendWithinMilliseconds: 4_000 };
const at = (text: string) => Date.parse(text);

test('a page that comes early prepares within the window from preparesAt on', () => {
  expect(prepareAt(times, plan, at('2026-11-22T08:00:00.000Z'))).toBe(at('2026-11-22T08:45:30.000Z'));
});

test('a page that comes later prepares within the window from now on, or within the time that is left', () => {
  expect(prepareAt(times, plan, at('2026-11-22T08:50:00.000Z'))).toBe(at('2026-11-22T08:50:30.000Z'));
  // Half of the 15 s that are left before a test would not be over at the opening.
  expect(prepareAt(times, plan, at('2026-11-22T08:59:30.000Z'))).toBe(at('2026-11-22T08:59:37.500Z'));
  expect(prepareAt(times, plan, at('2026-11-22T08:59:50.000Z'))).toBe(at('2026-11-22T08:59:50.000Z'));
  expect(prepareAt(times, plan, at('2026-11-22T09:00:10.000Z'))).toBe(at('2026-11-22T09:00:10.000Z'));
});

test('a prepared page sends at its own place in the window after the opening', () => {
  expect(sendAt(times, plan)).toBe(at('2026-11-22T09:00:02.000Z'));
  expect(sendAt(times, { ...plan, place: 0 })).toBe(at(opensAt));
});

test('without figures of the server the spread of the other moments holds', () => {
  expect(unplannedOpening(1_500, () => 0.25)).toEqual({
    place: 0.25,
    prepareWithinMilliseconds: 1_500,
    sendWithinMilliseconds: 1_500,
  });
});

test('an event that would be prepared after its opening is prepared at once, and pages still take their turns', () => {
  const wrong = { preparesAt: opensAt, opensAt: preparesAt };
  expect(prepareAt(wrong, plan, at('2026-11-22T08:30:00.000Z'))).toBe(at(preparesAt));
  expect(prepareAt(wrong, plan, at('2026-11-22T08:50:00.000Z'))).toBe(at('2026-11-22T08:50:00.000Z'));
});
