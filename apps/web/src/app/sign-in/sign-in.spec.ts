import { jest } from '@jest/globals';
import { signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import {
  ActivatedRoute,
  type ActivatedRouteSnapshot,
  convertToParamMap,
  provideRouter,
  type RedirectCommand,
  Router,
  type RouterStateSnapshot,
} from '@angular/router';
import { ApiProblem } from '../core/api-problem';
import { CurrentStudent } from '../core/current-student';
import { fromJoinLink, nobodySignedIn } from './guards';
import { SignIn } from './sign-in';

interface Address {
  query?: Record<string, string>;
  fragment?: string | null;
}

const routeOf = ({ query = {}, fragment = null }: Address) =>
  ({ queryParamMap: convertToParamMap(query), fragment }) as unknown as ActivatedRouteSnapshot;

describe('signing in', () => {
  const signIn = jest.fn<CurrentStudent['signIn']>();
  const load = jest.fn<() => Promise<unknown>>();
  const nobody = signal(false);
  let navigateByUrl: jest.SpiedFunction<Router['navigateByUrl']>;

  function given(address: Address = {}): void {
    TestBed.configureTestingModule({
      providers: [
        provideRouter([]),
        { provide: CurrentStudent, useValue: { signIn, load, nobody } },
        { provide: ActivatedRoute, useValue: { snapshot: routeOf(address) } },
      ],
    });
    navigateByUrl = jest.spyOn(TestBed.inject(Router), 'navigateByUrl').mockResolvedValue(true);
  }

  async function open(address: Address) {
    given(address);
    const page = TestBed.createComponent(SignIn);
    await page.whenStable();
    return page;
  }

  beforeEach(() => {
    signIn.mockReset().mockResolvedValue();
    load.mockReset().mockResolvedValue({});
    nobody.set(false);
  });

  it('a token behind the # signs in, and the address is left', async () => {
    await open({ fragment: 'token=a.b.c', query: { returnTo: '/events/5/check-in' } });
    expect(signIn).toHaveBeenCalledWith({ token: 'a.b.c' }, 5);
    expect(navigateByUrl).toHaveBeenCalledWith('/events/5/check-in', { replaceUrl: true });
  });

  it('a token in the query is not one: servers write that part of an address down', async () => {
    await open({ query: { token: 'a.b.c' } });
    expect(signIn).not.toHaveBeenCalled();
  });

  it.each(['https://evil.example', '//evil.example', '/\\evil.example'])('never leads to %s', async (returnTo) => {
    await open({ fragment: 'token=a.b.c', query: { returnTo } });
    expect(navigateByUrl).toHaveBeenCalledWith('/', { replaceUrl: true });
  });

  it('a link that is not good any more says so, and leaves the way in by username', async () => {
    signIn.mockRejectedValue(new ApiProblem('BAD_TOKEN'));
    const page = await open({ fragment: 'token=a.b.c' });
    expect((page.nativeElement as HTMLElement).textContent).toContain('This link is not valid any more');
    expect(navigateByUrl).not.toHaveBeenCalled();
  });

  it('a personal link keeps its token behind the #, and replaces its own address', () => {
    given();
    const command = TestBed.runInInjectionContext(
      () => fromJoinLink(routeOf({ fragment: 'a.b.c' }), {} as RouterStateSnapshot) as RedirectCommand,
    );
    expect(command.redirectTo.toString()).toBe('/sign-in#token=a.b.c');
    expect(command.navigationBehaviorOptions).toEqual({ replaceUrl: true });
  });

  it('whoever is signed in goes on, unless they bring a link for somebody else', async () => {
    given();
    const guard = async (address: Address) => {
      const result = await TestBed.runInInjectionContext(
        () => nobodySignedIn(routeOf(address), {} as RouterStateSnapshot) as Promise<unknown>,
      );
      return result === true ? true : String(result);
    };
    expect(await guard({ query: { returnTo: '/events/5' } })).toBe('/events/5');
    expect(await guard({ query: { returnTo: '//evil.example' } })).toBe('/');
    expect(await guard({ fragment: 'token=a.b.c' })).toBe(true);
    load.mockRejectedValue(new ApiProblem('NOT_SIGNED_IN'));
    expect(await guard({})).toBe(true);
  });
});
