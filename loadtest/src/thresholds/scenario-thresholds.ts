import { percentilesOf, type Latencies } from '../metrics/latency.ts';
import type { Check } from './verdict.ts';
import type { ScenarioRun } from '../scenario/scenario.ts';

/** Among a few hundred, beside other programs, those who measure a line again weigh more. */
const mostRequestsOf = (students: number) => (students < 1_000 ? 6 : 5);
/** To another device of a student who has checked in. */
const toldWithinMilliseconds = 2_000;
/** Whose live connection is still being made learns it from the connection’s first message. */
const leastTold = 0.95;
const backWithinMilliseconds = 60_000;
const fullSpeedMilliseconds = 250;
/** Of the memory that the API holds when everybody is in and nothing waits. */
const mostMemory = 1.3;

/** What only some runs must show. */
export function scenarioThresholds(run: ScenarioRun, latencies: Latencies): Check[] {
  return [
    ...journeyThresholds(run),
    ...otherDevicesThresholds(run, latencies),
    ...reconnectThresholds(run),
    ...overloadThresholds(run),
    ...openingThresholds(run, latencies),
  ];
}

/** Where nothing has to be asked again, a journey is so many requests at most, on average. */
function journeyThresholds({ options, plans, collected, last }: ScenarioRun): Check[] {
  if (options.cut || options.slowDatabase || options.profile === 'overload' || last.busy > 0) return [];
  let requests = 0;
  for (const { seconds } of collected.recorded)
    for (const second of Object.values(seconds)) requests += second.requests;
  const each = requests / Math.max(1, plans.length);
  const mostRequests = mostRequestsOf(plans.length);
  return [
    {
      what: 'requests for each student',
      target: `≤ ${mostRequests}`,
      measured: each.toFixed(1),
      ok: each <= mostRequests,
      speed: false,
    },
  ];
}

/** Each page of a student is told of their check-in: those of other devices as the one that made it. */
function otherDevicesThresholds({ options, collected, last }: ScenarioRun, latencies: Latencies): Check[] {
  if (options.cut || options.slowDatabase || last.busy > 0) return [];
  const told = percentilesOf(latencies.of('told of one’s own'));
  const wrote = new Set(
    collected.log.checkIns
      .filter(({ actorId, results }) =>
        results?.some(({ userId, outcome }) => userId === actorId && outcome === 'checked-in'),
      )
      .map(({ actorId }) => actorId),
  ).size;
  return [
    {
      what: 'told of one’s own check-in',
      target: `${leastTold * 100} % of who did it`,
      measured: `${told.count} of ${wrote}`,
      ok: told.count >= leastTold * wrote,
      speed: false,
    },
    {
      what: 'told of one’s own check-in, p99',
      target: `≤ ${toldWithinMilliseconds} ms`,
      measured: `${Math.round(told.p99)} ms`,
      ok: told.p99 <= toldWithinMilliseconds,
      speed: true,
    },
  ];
}

function reconnectThresholds({ reconnected, collected, options }: ScenarioRun): Check[] {
  if (!reconnected || !options.cut) return [];
  const { backAfter, cutSockets, cutAt } = reconnected;
  // Everybody was in by then, so a page that checks in after it does what no page may.
  const after = collected.log.checkIns.filter(({ sentAt }) => sentAt >= cutAt).length;
  return [
    {
      what: `99.9 % of ${cutSockets.toLocaleString('en')} connections back`,
      target: `≤ ${backWithinMilliseconds / 1000} s`,
      measured: backAfter === null ? 'never' : `${(backAfter / 1000).toFixed(1)} s`,
      ok: backAfter !== null && backAfter <= backWithinMilliseconds,
      speed: true,
    },
    { what: 'check-ins after the cut', target: '0', measured: String(after), ok: after === 0, speed: false },
  ];
}

/** Full speed again after the rush, and memory that did not grow with what waited. */
function overloadThresholds({ options, plans, collected, samples, memoryHeld }: ScenarioRun): Check[] {
  if (options.profile !== 'overload') return [];
  const cameLate = new Set(
    plans.filter(({ arrivesAt }) => arrivesAt >= (options.arriveWithinSeconds * 2_000) / 3).map(({ userId }) => userId),
  );
  const took = collected.log.checkIns
    .filter(({ actorId, answeredAt }) => cameLate.has(actorId) && answeredAt > 0)
    .map(({ sentAt, answeredAt }) => answeredAt - sentAt)
    .sort((one, other) => one - other);
  const p99 = took[Math.ceil(took.length * 0.99) - 1] ?? Infinity;
  const checks: Check[] = [
    {
      what: 'check-in p99 after the rush',
      target: `≤ ${fullSpeedMilliseconds} ms`,
      measured: `${Math.round(p99)} ms of ${took.length}`,
      ok: p99 <= fullSpeedMilliseconds,
      speed: true,
    },
  ];
  const held = memoryHeld['API'];
  const most = Math.max(0, ...(samples['API'] ?? []).map(({ residentMegabytes }) => residentMegabytes));
  if (held)
    checks.push({
      what: 'API memory, at most',
      target: `≤ ${mostMemory} × when all is quiet`,
      measured: `${(most / held).toFixed(2)} × ${Math.round(held)} MB`,
      ok: most <= mostMemory * held,
      speed: false,
    });
  return checks;
}

const inWithinMilliseconds = 5_000;
const tailMilliseconds = 500;
/** Of a line that the generator does not limit: what a student's page calls fast, and half of it. */
const leastKbps = 10_000;
const mostImagesAfter = 0.1;

/** What students must find who wait for the opening. */
function openingThresholds({ opensAt, startedAt, plans, collected }: ScenarioRun, latencies: Latencies): Check[] {
  if (opensAt === null) return [];
  const pressed = percentilesOf(latencies.of('in after the opening'));
  const early = plans.filter(
    ({ preparesEarly, arrivesAt }) => preparesEarly && startedAt + arrivesAt < opensAt - 30_000,
  );
  const tail = percentilesOf(latencies.of('check-in')).p999;
  const slowest = Math.min(...collected.recorded.map(({ slowestKbps }) => slowestKbps));
  let [before, after] = [0, 0];
  for (const { seconds } of collected.recorded)
    for (const [second, { waitingImageBytes }] of Object.entries(seconds))
      if (startedAt + Number(second) * 1_000 < opensAt) before += waitingImageBytes;
      else after += waitingImageBytes;
  const share = before + after === 0 ? 0 : after / (before + after);
  return [
    {
      what: 'pressed before the opening',
      target: 'most who came in time',
      measured: `${pressed.count} of ${early.length}`,
      ok: pressed.count >= early.length * 0.8,
      speed: false,
    },
    {
      what: 'the last who had pressed before is in after',
      target: `≤ ${inWithinMilliseconds} ms`,
      measured: `${Math.round(pressed.max)} ms`,
      ok: pressed.count > 0 && pressed.max <= inWithinMilliseconds,
      speed: true,
    },
    {
      what: 'check-in p99.9',
      target: `≤ ${tailMilliseconds} ms`,
      measured: `${Math.round(tail)} ms`,
      ok: tail <= tailMilliseconds,
      speed: true,
    },
    {
      what: 'the slowest measured line',
      target: `≥ ${leastKbps} kbps`,
      measured: `${Math.round(slowest)} kbps`,
      ok: slowest >= leastKbps,
      speed: true,
    },
    {
      what: 'image bytes after the opening, of those who waited',
      target: `≤ ${mostImagesAfter * 100} %`,
      measured: `${(share * 100).toFixed(1)} %`,
      ok: share <= mostImagesAfter,
      speed: false,
    },
  ];
}
