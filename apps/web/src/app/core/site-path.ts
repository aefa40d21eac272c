/**
 * The path with query and fragment when `text` leads to this site, else `/`. An address in a link may be anybody's: an
 * absolute one, `//host` and `/\host` would take the student to another site.
 */
export function sitePath(text: string | null, origin = location.origin): string {
  if (!text?.startsWith('/')) return '/';
  const url = URL.canParse(text, origin) ? new URL(text, origin) : null;
  return url?.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : '/';
}
