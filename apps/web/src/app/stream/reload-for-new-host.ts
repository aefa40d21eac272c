import type { DestroyRef } from '@angular/core';
import { sessionRecord } from '../core/session-record';

const key = 'exco-reloaded-for';

function reloadedFor(): string[] {
  const kept = sessionRecord.read(key);
  return Array.isArray(kept) ? kept.filter((host) => typeof host === 'string') : [];
}

/**
 * The page may load the stream from the hosts that were named when it was opened. The admin has moved the stream since
 * to another one: the page is opened anew, once for each host, and may load it from there.
 */
export function reloadForNewHost(
  leaving: Pick<DestroyRef, 'onDestroy'>,
  page: Pick<Location, 'reload'> = location,
): void {
  const refused = ({ blockedURI, effectiveDirective }: SecurityPolicyViolationEvent) => {
    const host = URL.parse(blockedURI)?.origin;
    if (!host || !/^(connect|media)-src$/.test(effectiveDirective)) return;
    const before = reloadedFor();
    if (before.includes(host)) return;
    sessionRecord.write(key, [...before, host]);
    // Where nothing can be kept it would be opened anew for ever.
    if (reloadedFor().includes(host)) page.reload();
  };
  document.addEventListener('securitypolicyviolation', refused);
  leaving.onDestroy(() => document.removeEventListener('securitypolicyviolation', refused));
}
