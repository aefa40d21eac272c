import type { Check } from '../verdict/verdict.ts';
import type { Storm } from './storm.ts';

const backWithinMilliseconds = 60_000;

/** What only some runs must show. */
export function furtherChecks({ reconnected, collected, rows, options }: Storm): Check[] {
  if (!reconnected || !options.cut) return [];
  const { backAfter, cutSockets } = reconnected;
  const cutAt = rows.reduce((latest, { checkedInAt }) => Math.max(latest, checkedInAt), 0);
  const after = collected.log.checkIns.filter(({ sentAt }) => sentAt > cutAt + 60_000).length;
  return [
    {
      what: `99.9 % of ${cutSockets.toLocaleString('en')} connections back`, target: `≤ ${backWithinMilliseconds / 1000} s`,
      measured: backAfter === null ? 'never' : `${(backAfter / 1000).toFixed(1)} s`,
      ok: backAfter !== null && backAfter <= backWithinMilliseconds, speed: true,
    },
    { what: 'check-ins after the cut', target: '0', measured: String(after), ok: after === 0, speed: false },
  ];
}
