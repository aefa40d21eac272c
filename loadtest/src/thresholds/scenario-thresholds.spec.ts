import { Latencies } from '../metrics/latency.ts';
import type { ScenarioRun } from '../scenario/scenario.ts';
import { noSecond } from '../virtual-user/recorder.ts';
import { scenarioThresholds } from './scenario-thresholds.ts';

const startedAt = 1_800_000_000_000;
const cutAt = startedAt + 60_000;
const opensAt = startedAt + 120_000;

/** Only what these thresholds look at. */
function aRun(change: object): ScenarioRun {
  return {
    startedAt,
    opensAt: null,
    plans: [],
    samples: {},
    memoryHeld: {},
    reconnected: null,
    last: { busy: 0 },
    options: { profile: 'even', cut: false },
    collected: { recorded: [], health: [], log: { checkIns: [], checkOuts: [], told: [], lists: [] } },
    ...change,
  } as unknown as ScenarioRun;
}

function failing(run: ScenarioRun, latencies = new Latencies()): string[] {
  return scenarioThresholds(run, latencies)
    .filter(({ ok }) => !ok)
    .map(({ what }) => what);
}

test('a journey of more than five requests fails the run, unless some had to be asked again', () => {
  const asking = (requests: number, busy = 0) =>
    aRun({
      plans: Array.from({ length: 1_000 }, () => ({})),
      last: { busy },
      collected: { recorded: [{ seconds: { 0: { ...noSecond(), requests } } }], log: { checkIns: [] } },
    });
  expect(failing(asking(5_000))).toEqual([]);
  expect(failing(asking(5_001))).toEqual(['requests for each student']);
  expect(failing(asking(5_001, 1))).toEqual([]);
});

test('whoever checks in is told so on every device, within two seconds', () => {
  const results = [{ userId: 1, outcome: 'checked-in' }];
  const run = aRun({ collected: { recorded: [], log: { checkIns: [{ actorId: 1, results }] } } });
  const told = (milliseconds: number) => {
    const latencies = new Latencies();
    latencies.record('told of one’s own', milliseconds);
    return latencies;
  };
  expect(failing(run, told(1_900))).toEqual([]);
  expect(failing(run, told(2_100))).toEqual(['told of one’s own check-in, p99']);
  expect(failing(run)).toEqual(['told of one’s own check-in']);
});

describe('after the cut', () => {
  const reconnected = { cutAt, cutSockets: 1, servesAfter: 1_000, backAfter: 2_000, curve: [] };
  const withCheckInAt = (sentAt: number) =>
    aRun({
      reconnected,
      options: { profile: 'even', cut: true },
      collected: { recorded: [], health: [], log: { checkIns: [{ sentAt }], checkOuts: [], told: [], lists: [] } },
    });

  test('a check-in that is sent after it fails the run, also when it comes at once', () => {
    expect(failing(withCheckInAt(cutAt - 1))).toEqual([]);
    expect(failing(withCheckInAt(cutAt + 1))).toEqual(['check-ins after the cut']);
  });

  test('connections that do not come back fail it, too', () => {
    const run = aRun({ reconnected: { ...reconnected, backAfter: null }, options: { profile: 'even', cut: true } });
    expect(failing(run)).toEqual(['99.9 % of 1 connections back']);
  });
});

describe('at the opening', () => {
  const early = { userId: 1, preparesEarly: true, arrivesAt: 0 };
  const second = (waitingImageBytes: number) => ({ ...noSecond(), waitingImageBytes });
  const opening = ({ before = 192_000, after = 0, slowestKbps = 80_000 } = {}) =>
    aRun({
      opensAt,
      plans: [early],
      options: { profile: 'opening', cut: false },
      collected: {
        recorded: [{ seconds: { 30: second(before), 125: second(after) }, slowestKbps }],
        health: [],
        log: { checkIns: [], checkOuts: [], told: [], lists: [] },
      },
    });
  const took = (milliseconds: number, checkIn = 50) => {
    const latencies = new Latencies();
    latencies.record('in after the opening', milliseconds);
    latencies.record('check-in', checkIn);
    return latencies;
  };

  test('whoever has pressed before is in within five seconds', () => {
    expect(failing(opening(), took(4_900))).toEqual([]);
    expect(failing(opening(), took(5_200))).toEqual(['the last who had pressed before is in after']);
  });

  test('nobody who could press before is missing', () => {
    expect(failing(opening(), new Latencies())).toEqual([
      'pressed before the opening',
      'the last who had pressed before is in after',
    ]);
  });

  test('the slowest check-ins, a line measured too slow, and images after the opening fail it', () => {
    expect(failing(opening(), took(900, 700))).toEqual(['check-in p99.9']);
    expect(failing(opening({ slowestKbps: 2_000 }), took(900))).toEqual(['the slowest measured line']);
    expect(failing(opening({ after: 64_000 }), took(900))).toEqual([
      'image bytes after the opening, of those who waited',
    ]);
  });
});
