import type { IncomingMessage } from 'node:http';
import type { LiveEvent } from '@exco/persistence';
import type { Env } from '../../infrastructure/config/env.ts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import type { LiveEvents } from '../../stream/events/live-events.ts';
import type { SessionCookie, SignedInSession } from '../../users/auth/session-cookie.ts';
import type { Roster, Student } from '../../users/roster/roster.ts';
import { admittedTo, LiveAccess } from './live-access.ts';
import type { Connected, LiveSockets } from './live-sockets.ts';

const session: SignedInSession = { id: '7.1', userId: 7, expiresAt: Infinity };
const me: Student = {
  id: 7,
  displayName: 'Ada',
  digits: '0007',
  classes: [{ id: 1, name: '7B', size: 1, members: () => [] }],
};

interface Given {
  session?: SignedInSession | null;
  student?: Student | undefined;
  isGood?: boolean;
  event?: Partial<LiveEvent> | null;
  held?: number;
}

function given({ session: proven = session, isGood = true, event = {}, held = 0, ...rest }: Given = {}) {
  const student = 'student' in rest ? rest.student : me;
  const live = event && ({ id: 3, classIds: null, ...event } as LiveEvent);
  let isOver: (connected: Connected) => boolean = () => false;
  const access = new LiveAccess(
    { session: () => proven, isGood: () => isGood } as unknown as SessionCookie,
    { student: () => student } as unknown as Roster,
    {
      findFor: () => (live ? Promise.resolve(live) : Promise.reject(new ApiError('EVENT_NOT_FOUND'))),
      known: () => live ?? undefined,
    } as unknown as LiveEvents,
    {
      countOf: () => held,
      closeWhere: (judge: typeof isOver) => (isOver = judge),
    } as unknown as LiveSockets,
    { PUBLIC_URL: undefined, TRUST_PROXY: 0 } as Env,
  );
  return {
    access,
    isStillRight: () => {
      access.judgeAgain();
      return !isOver({ eventId: 3, session });
    },
  };
}

const upgrade = (headers: Record<string, string> = {}, url = '/api/live?eventId=3&view=1') =>
  ({ url, headers: { host: 'x', ...headers } }) as unknown as IncomingMessage;
const refused = (code: string) => expect.objectContaining({ name: ApiError.name, code }) as ApiError;

test('who is invited: the connection knows whose it is', async () => {
  const request = upgrade({ origin: 'http://x' });
  await given().access.admit(request);
  expect(admittedTo(request)).toEqual({ eventId: 3, session, me, asksForView: true });
  const program = upgrade({}, '/api/live?eventId=3');
  await given().access.admit(program);
  expect(admittedTo(program)).toMatchObject({ asksForView: false });
});

test.each<[string, string, Given, IncomingMessage]>([
  ['a foreign page', 'FOREIGN_ORIGIN', {}, upgrade({ origin: 'https://foreign.example' })],
  ['a page of no origin', 'FOREIGN_ORIGIN', {}, upgrade({ origin: 'null' })],
  ['no session', 'NOT_SIGNED_IN', { session: null }, upgrade()],
  ['somebody who has left the roster', 'NOT_SIGNED_IN', { student: undefined }, upgrade()],
  ['an event for others', 'EVENT_NOT_FOUND', { event: null }, upgrade()],
  ['an event that can’t be', 'EVENT_NOT_FOUND', {}, upgrade({}, '/api/live?eventId=x')],
  ['no event', 'EVENT_NOT_FOUND', {}, upgrade({}, '/api/live')],
  ['the thirteenth connection', 'TOO_MANY_REQUESTS', { held: 12 }, upgrade()],
])('%s', async (_, code, who, request) => {
  await expect(given(who).access.admit(request)).rejects.toEqual(refused(code));
  expect(() => admittedTo(request)).toThrow();
});

test('the twelfth is taken', async () => {
  await given({ held: 11 }).access.admit(upgrade());
});

test.each<[string, Given, boolean]>([
  ['as before', {}, true],
  ['signed out, or expired', { isGood: false }, false],
  ['off the roster', { student: undefined }, false],
  ['the event is deleted', { event: null }, false],
  ['the event is for my class', { event: { classIds: [1] } }, true],
  ['the event is for another class now', { event: { classIds: [2] } }, false],
])('a connection that is there: %s', (_, who, isRight) => {
  expect(given(who).isStillRight()).toBe(isRight);
});
