import { inject } from '@angular/core';
import { type CanActivateFn, type GuardResult, type NavigationError, RedirectCommand, Router } from '@angular/router';
import { idInPath } from '@exco/contracts';
import { problemOf } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { CurrentEvent } from './current-event';
import { mayBeAt, type Place } from './place';

/** `/`: the event that matters now, at the page where its state says. */
export const toCurrentEvent: CanActivateFn = (_route, { url }) => {
  const router = inject(Router);
  const event = inject(CurrentEvent);
  const student = inject(CurrentStudent);
  return answer(router, url, async () => {
    await student.load();
    const current = await event.loadCurrent();
    return current ? router.createUrlTree(['/events', current.id]) : instead(router, '/nothing-on');
  });
};

/** `/events/:eventId`: signed in, and the event is there. */
export const eventKnown: CanActivateFn = ({ paramMap }, { url }) => {
  const router = inject(Router);
  const event = inject(CurrentEvent);
  const student = inject(CurrentStudent);
  return answer(router, url, async () => {
    const eventId = paramMap.get('eventId') ?? '';
    if (!idInPath.test(eventId)) return instead(router, '/no-such-page');
    await student.load(Number(eventId));
    await event.load(Number(eventId));
    return true;
  });
};

/** `/events/:eventId/<place>`: only where the state says. */
export function at(place: Place): CanActivateFn {
  return ({ parent, paramMap }) => {
    const event = inject(CurrentEvent);
    const state = event.state();
    if (state && mayBeAt(place, state, event.attendance())) return true;
    const eventId = paramMap.get('eventId') ?? parent?.paramMap.get('eventId');
    return inject(Router).createUrlTree(['/events', eventId, ...(event.place() ? [event.place()] : [])]);
  };
}

/** `/events/:eventId`: on to the page where the state says. */
export const toPlace: CanActivateFn = ({ parent }) =>
  inject(Router).createUrlTree(['/events', parent?.paramMap.get('eventId'), inject(CurrentEvent).place()]);

async function answer(router: Router, url: string, ask: () => Promise<GuardResult>): Promise<GuardResult> {
  try {
    return await ask();
  } catch (error) {
    const { code, retryAfterMilliseconds } = problemOf(error);
    if (code === 'NOT_SIGNED_IN')
      return router.createUrlTree(['/sign-in'], { queryParams: url === '/' ? {} : { returnTo: url } });
    if (code === 'EVENT_NOT_FOUND') return instead(router, '/no-such-event');
    return instead(router, '/trouble', { to: url, code, wait: retryAfterMilliseconds });
  }
}

/** A piece of the page could not be loaded: offline, or replaced by a newer version of the app. */
export function fileMissing({ url }: NavigationError): RedirectCommand {
  return instead(inject(Router), '/trouble', { to: url, code: 'OFFLINE', anew: true });
}

/** Shows a page without changing the address: a reload tries the address again. */
function instead(router: Router, path: string, queryParams = {}): RedirectCommand {
  return new RedirectCommand(router.createUrlTree([path], { queryParams }), { skipLocationChange: true });
}
