import type { DestroyRef } from '@angular/core';

const key = 'exco.reloaded-for';

/**
 * The page may load the stream from the hosts that were named when it was opened. The admin has moved the stream since
 * to another one: the page is opened anew, once for each host, and may load it from there.
 */
export function reloadForNewHost(
  leaving: Pick<DestroyRef, 'onDestroy'>,
  page: Pick<Location, 'reload'> = location,
  kept: Pick<Storage, 'getItem' | 'setItem'> = sessionStorage,
): void {
  const refused = ({ blockedURI, effectiveDirective }: SecurityPolicyViolationEvent) => {
    const host = URL.parse(blockedURI)?.origin;
    if (!host || !/^(connect|media)-src$/.test(effectiveDirective)) return;
    const reloadedFor = (kept.getItem(key) ?? '').split(' ');
    if (reloadedFor.includes(host)) return;
    kept.setItem(key, [...reloadedFor, host].join(' '));
    page.reload();
  };
  document.addEventListener('securitypolicyviolation', refused);
  leaving.onDestroy(() => document.removeEventListener('securitypolicyviolation', refused));
}
