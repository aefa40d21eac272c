import type { CheckInTry } from '../checks/request-log.ts';
import { acknowledgedShare, allCommittedAfter, longestWithoutService } from './service.ts';

const aTry = (actorId: number, sentAt: number, answeredAt: number, status = 200): CheckInTry => ({
  actorId,
  sentAt,
  answeredAt,
  status,
  kbps: 5_000,
  bytes: 192_000,
  asked: [],
  results: null,
});

test('a pause counts from when somebody wished to check in, not from the answer before', () => {
  expect(longestWithoutService([aTry(1, 0, 100), aTry(2, 5_000, 5_200)], 6_000)).toBe(200);
});

test('a wish goes on through every try until it is acknowledged', () => {
  const tries = [aTry(1, 0, 100), aTry(2, 1_000, 1_050, 503), aTry(3, 1_500, 0, 0), aTry(2, 4_000, 4_100)];
  expect(longestWithoutService(tries, 4_200)).toBe(3_100);
});

test('202 is service too, unless only 200 is asked for', () => {
  const tries = [aTry(1, 0, 100), aTry(2, 200, 2_200, 202), aTry(3, 2_300, 2_400)];
  expect(longestWithoutService(tries, 2_500)).toBe(2_000);
  expect(longestWithoutService(tries, 2_500, ({ status }) => status === 200)).toBe(2_200);
});

test('service that never comes back is a pause until students no longer come', () => {
  expect(longestWithoutService([aTry(1, 0, 100), aTry(2, 1_000, 0, 0)], 9_000)).toBe(8_000);
  expect(longestWithoutService([aTry(2, 1_000, 0, 0)], 9_000)).toBe(8_000);
});

test('the pause of a page between two tries, once nobody comes any more, is none of the system', () => {
  expect(longestWithoutService([aTry(1, 0, 100), aTry(2, 900, 950, 503), aTry(2, 9_000, 9_100)], 1_000)).toBe(100);
});

test('the share of a time, without those who were rightly refused', () => {
  const tries = [aTry(1, 100, 110), aTry(2, 200, 210, 202), aTry(3, 300, 310, 503), aTry(4, 400, 410, 422)];
  expect(acknowledgedShare(tries, 150, 500)).toBe(50);
  expect(acknowledgedShare(tries, 600, 900)).toBeNull();
});

test('from when on everything is answered 200', () => {
  const tries = [aTry(1, 100, 110, 503), aTry(2, 700, 710, 202), aTry(3, 800, 810), aTry(4, 900, 910, 422)];
  expect(allCommittedAfter(tries, 500)).toBe(200);
  expect(allCommittedAfter(tries, 750)).toBe(0);
});
