import type { Env } from '../../infrastructure/config/env.ts';
import type { Roster, Student } from '../roster/roster.ts';
import { SessionService } from './session.service.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';
import type { SignedOutSessions } from './signed-out-sessions.ts';
import type { SignedToken } from './signed-token.ts';

const ada: Student = { id: 7, displayName: 'Ada', digits: '0417', classes: [] };

/** @param secondsToTurn of a stem that is throttled; undefined: it is not */
function aService(secondsToTurn?: number, SIGN_IN: Env['SIGN_IN'] = 'username') {
  const calls: string[] = [];
  const known = (username: string) => (username === 'ada0417' ? ada : undefined);
  const roster = {
    sharingStem: () => 1,
    known: (username: string) => (calls.push('look-up'), known(username)),
    find: (username: string) => (calls.push('look-up'), Promise.resolve(known(username))),
  } as unknown as Roster;
  const throttle = {
    isThrottled: () => secondsToTurn !== undefined,
    secondsToTurn: () => (calls.push('turn'), Promise.resolve(secondsToTurn)),
    missed: () => (calls.push('miss'), Promise.resolve()),
  } as unknown as SignInThrottle;
  const tokens = { username: (token: string) => Promise.resolve(token) } as unknown as SignedToken;
  const env = { SIGN_IN } as Env;
  return { calls, service: new SessionService(roster, tokens, throttle, {} as SignedOutSessions, env) };
}

test.each(['ada0417', 'ada0000'])(
  '%s, while its stem is throttled: when to come again, and nobody is looked up',
  async (username) => {
    const { service, calls } = aService(17);
    await expect(service.signIn({ username }, '127.0.0.1')).rejects.toMatchObject({
      code: 'TOO_MANY_TRIES',
      retryAfter: 17,
    });
    expect(calls).toEqual(['turn']);
  },
);

test('whoever comes at their turn is judged', async () => {
  expect(await aService(0).service.signIn({ username: 'ada0417' }, '127.0.0.1')).toBe(ada);
  const { service, calls } = aService(0);
  await expect(service.signIn({ username: 'ada0000' }, '127.0.0.1')).rejects.toMatchObject({
    code: 'UNKNOWN_USERNAME',
  });
  expect(calls).toContain('miss');
});

test('a name that is known costs nothing; one that is not is counted before the database is asked', async () => {
  const right = aService();
  expect(await right.service.signIn({ username: 'ada0417' }, '127.0.0.1')).toBe(ada);
  expect(right.calls).toEqual(['look-up']);
  const wrong = aService();
  await expect(wrong.service.signIn({ username: 'ada0000' }, '127.0.0.1')).rejects.toMatchObject({
    code: 'UNKNOWN_USERNAME',
  });
  expect(wrong.calls).toEqual(['look-up', 'miss', 'look-up']);
});

test('where signed links alone are taken, no name is looked up', async () => {
  const { service, calls } = aService(undefined, 'signed');
  await expect(service.signIn({ username: 'ada0417' }, '127.0.0.1')).rejects.toMatchObject({
    code: 'SIGNED_LINK_REQUIRED',
  });
  expect(calls).toEqual([]);
  expect(await service.signIn({ token: 'ada0417' }, '127.0.0.1')).toBe(ada);
  await expect(service.signIn({ token: 'gone0000' }, '127.0.0.1')).rejects.toMatchObject({ code: 'BAD_TOKEN' });
});
