import { jest } from '@jest/globals';
import { provideZonelessChangeDetection, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  type ActivatedRouteSnapshot,
  type CanActivateFn,
  convertToParamMap,
  provideRouter,
  RedirectCommand,
  type RouterStateSnapshot,
  type UrlTree,
} from '@angular/router';
import type { LiveEventState } from '@exco/contracts';
import { ApiProblem } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { CurrentEvent } from './current-event';
import { at, eventKnown, toCurrentEvent, toPlace } from './guards';
import type { Place } from './place';

describe('guards', () => {
  const loadStudent = jest.fn<() => Promise<unknown>>();
  const load = jest.fn<(eventId: number) => Promise<void>>();
  const loadCurrent = jest.fn<() => Promise<{ id: number } | null>>();
  const state = signal<LiveEventState | null>('open');
  const place = signal<Place | null>('check-in');

  beforeEach(() => {
    loadStudent.mockReset().mockResolvedValue({});
    load.mockReset().mockResolvedValue();
    loadCurrent.mockReset().mockResolvedValue({ id: 5 });
    TestBed.configureTestingModule({
      providers: [
        provideZonelessChangeDetection(),
        provideRouter([]),
        { provide: CurrentStudent, useValue: { load: loadStudent } },
        { provide: CurrentEvent, useValue: { load, loadCurrent, state, place, attendance: () => null } },
      ],
    });
  });

  async function run(guard: CanActivateFn, url: string, eventId?: string): Promise<boolean | string> {
    const route = { paramMap: convertToParamMap(eventId === undefined ? {} : { eventId }), parent: null };
    const result = await TestBed.runInInjectionContext(
      () =>
        guard(route as unknown as ActivatedRouteSnapshot, { url } as RouterStateSnapshot) as
          boolean | UrlTree | RedirectCommand | Promise<boolean | UrlTree | RedirectCommand>,
    );
    if (typeof result === 'boolean') return result;
    return (result instanceof RedirectCommand ? result.redirectTo : result).toString();
  }

  it('/ leads to the current event, or says that there is none', async () => {
    expect(await run(toCurrentEvent, '/')).toBe('/events/5');
    loadCurrent.mockResolvedValue(null);
    expect(await run(toCurrentEvent, '/')).toBe('/nothing-on');
  });

  it('whoever is not signed in comes back after signing in', async () => {
    loadStudent.mockRejectedValue(new ApiProblem('NOT_SIGNED_IN'));
    expect(await run(toCurrentEvent, '/')).toBe('/sign-in');
    expect(await run(eventKnown, '/events/5/check-in', '5')).toBe('/sign-in?returnTo=%2Fevents%2F5%2Fcheck-in');
  });

  it('a busy server leads to the page that tries again, with the time to wait', async () => {
    load.mockRejectedValue(new ApiProblem('BUSY', 4_000));
    expect(await run(eventKnown, '/events/5', '5')).toBe('/trouble?to=%2Fevents%2F5&code=BUSY&wait=4000');
  });

  it.each(['0', 'x', '05', '12345678901'])('/events/%s is no page, and the server is not asked', async (eventId) => {
    expect(await run(eventKnown, `/events/${eventId}`, eventId)).toBe('/no-such-page');
    expect(load).not.toHaveBeenCalled();
  });

  it('an event that is not there', async () => {
    load.mockRejectedValue(new ApiProblem('EVENT_NOT_FOUND'));
    expect(await run(eventKnown, '/events/5', '5')).toBe('/no-such-event');
  });

  it('only the page that the state allows, else on to that', async () => {
    expect(await run(at('check-in'), '/events/5/check-in', '5')).toBe(true);
    expect(await run(at('stream'), '/events/5/stream', '5')).toBe('/events/5/check-in');
  });

  it('an event without a page yet leads to its address', async () => {
    state.set(null);
    place.set(null);
    expect(await run(at('stream'), '/events/5/stream', '5')).toBe('/events/5');
    state.set('open');
    place.set('check-in');
  });

  it('/events/5 leads on to the page of its state', () => {
    const route = { parent: { paramMap: convertToParamMap({ eventId: '5' }) } };
    const tree = TestBed.runInInjectionContext(() =>
      toPlace(route as unknown as ActivatedRouteSnapshot, { url: '/events/5' } as RouterStateSnapshot),
    );
    expect((tree as UrlTree).toString()).toBe('/events/5/check-in');
  });
});
