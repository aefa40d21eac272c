import type { Check } from '../verdict/verdict.ts';
import type { Storm } from './storm.ts';

const backWithinMilliseconds = 60_000;
const fullSpeedMilliseconds = 250;
/** Of the memory that the API holds when everybody is in and nothing waits. */
const mostMemory = 1.3;

/** What only some runs must show. */
export function furtherChecks(storm: Storm): Check[] {
  return [...cutChecks(storm), ...overloadChecks(storm)];
}

function cutChecks({ reconnected, collected, rows, options }: Storm): Check[] {
  if (!reconnected || !options.cut) return [];
  const { backAfter, cutSockets } = reconnected;
  const cutAt = rows.reduce((latest, { checkedInAt }) => Math.max(latest, checkedInAt), 0);
  const after = collected.log.checkIns.filter(({ sentAt }) => sentAt > cutAt + 60_000).length;
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
function overloadChecks({ options, parts, collected, samples, memoryHeld }: Storm): Check[] {
  if (options.profile !== 'overload') return [];
  const cameLate = new Set(
    parts.filter(({ arrivesAt }) => arrivesAt >= (options.arriveWithinSeconds * 2_000) / 3).map(({ userId }) => userId),
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
