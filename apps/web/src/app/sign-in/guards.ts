import { inject } from '@angular/core';
import { type CanActivateFn, RedirectCommand, Router } from '@angular/router';
import { CurrentStudent } from '../core/current-student';
import { sitePath } from '../core/site-path';

/** Whoever is signed in has nothing to do on the sign-in page, unless they bring a link for somebody else. */
export const nobodySignedIn: CanActivateFn = async ({ queryParamMap, fragment }) => {
  const router = inject(Router);
  const student = inject(CurrentStudent);
  if (fragment?.includes('token=') || student.nobody()) return true;
  const known = await student.load().catch(() => null);
  return known ? router.parseUrl(sitePath(queryParamMap.get('returnTo'))) : true;
};

/** `/join#…`: a personal link. The token stands behind the `#`, which browsers keep to themselves. */
export const fromJoinLink: CanActivateFn = ({ fragment }) =>
  new RedirectCommand(inject(Router).createUrlTree(['/sign-in'], fragment ? { fragment: `token=${fragment}` } : {}), {
    replaceUrl: true,
  });
