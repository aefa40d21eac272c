import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { lastValueFrom, of, throwError, type Observable } from 'rxjs';
import type { ErrorCode } from '@exco/contracts';
import { ApiError } from '../../infrastructure/http/api-error.ts';
import { Clock } from '../../infrastructure/clock.ts';
import type { LiveEvents } from '../../stream/events/live-events.ts';
import type { RequestBudget } from '../../users/auth/request-budget.ts';
import type { SessionCookie } from '../../users/auth/session-cookie.ts';
import { SessionGuard } from '../../users/auth/session.guard.ts';
import type { Roster } from '../../users/roster/roster.ts';
import type { AuditedRequest } from './audit-entry.ts';
import { Audited, AuditInterceptor } from './audit.interceptor.ts';
import type { AuditedOutcome, AuditTrail } from './audit-trail.ts';

class Acts {
  @Audited('check-in')
  checkIn(): void {
    return;
  }
}

interface Asked {
  eventId?: string;
  body?: object;
  ip?: string | undefined;
}

function aRequest({ eventId = '3', body = {} }: Asked = {}) {
  const request: { ip?: string; params: object; body: object; headers: object } = {
    ip: '192.0.2.7',
    params: { eventId },
    body,
    headers: { 'user-agent': 'a browser' },
  };
  const context = {
    switchToHttp: () => ({ getRequest: () => request }),
    getHandler: () => Object.getOwnPropertyDescriptor(Acts.prototype, 'checkIn')?.value as () => void,
  } as unknown as ExecutionContext;
  const cookie = { session: () => ({ id: '7.1', userId: 7 }) } as unknown as SessionCookie;
  const roster = { student: (id: number) => ({ id }) } as unknown as Roster;
  new SessionGuard(cookie, roster, { spend: () => 0 } as unknown as RequestBudget).canActivate(context);
  return { request, context };
}

/** What is written down when the route answers this; event 3 is known. */
async function writtenOf(
  answer: Observable<unknown>,
  asked: Asked = {},
  meanwhile: (request: object) => void = () => undefined,
) {
  const written: [AuditedRequest, readonly AuditedOutcome[]][] = [];
  const trail = { remember: (...entry: (typeof written)[number]) => written.push(entry) } as unknown as AuditTrail;
  const events = { known: (id: number) => (id === 3 ? {} : undefined) } as unknown as LiveEvents;
  const { request, context } = aRequest(asked);
  const interceptor = new AuditInterceptor(new Reflector(), events, trail, new Clock());
  const answered = interceptor.intercept(context, { handle: () => answer } as CallHandler<never>);
  meanwhile(request);
  await lastValueFrom(answered).catch(() => undefined);
  return written.flatMap(([act, outcomes]) => outcomes.map((outcome) => ({ act, ...outcome })));
}

const refused = (code: ErrorCode) => throwError(() => new ApiError(code));

test('an answer: an entry for each whom it names', async () => {
  const results = [
    { userId: 7, outcome: 'checked-in' },
    { userId: 8, outcome: 'wrong-digits' },
  ];
  const act = { kind: 'check-in', eventId: 3, actorId: 7, origin: { userAgent: 'a browser' } };
  expect(await writtenOf(of({ results }))).toMatchObject(results.map((result) => ({ act, ...result })));
  expect(await writtenOf(of({ outcome: 'match' }), { body: { userId: 9 } })).toMatchObject([
    { userId: 9, outcome: 'match' },
  ]);
});

test('a refused try: its code, about whom the request names, else about its sender', async () => {
  expect(await writtenOf(refused('WRONG_DIGITS'))).toMatchObject([{ userId: 7, outcome: 'WRONG_DIGITS' }]);
  expect(await writtenOf(refused('DIGITS_LOCKED'), { body: { userId: 9 } })).toMatchObject([{ userId: 9 }]);
  expect(await writtenOf(refused('DIGITS_LOCKED'), { body: { userId: 'x' } })).toMatchObject([{ userId: 7 }]);
});

test.each([
  ['overload', refused('BUSY')],
  ['an error of ours', refused('INTERNAL_ERROR')],
  ['a mistake in our code', throwError(() => new TypeError('undefined'))],
])('%s says nothing about the student, and is not written down', async (_, answer) => {
  expect(await writtenOf(answer)).toEqual([]);
});

test('nothing is kept of an event that does not exist; of one that is hidden from this student a try is', async () => {
  expect(await writtenOf(refused('EVENT_NOT_FOUND'), { eventId: '4' })).toEqual([]);
  const results = [{ userId: 7, outcome: 'checked-in' }];
  expect(await writtenOf(of({ results }), { eventId: '4294967295' })).toHaveLength(1);
  expect(await writtenOf(of({ results }), { eventId: '4294967296' })).toEqual([]);
  expect(await writtenOf(refused('EVENT_NOT_FOUND'))).toMatchObject([{ outcome: 'EVENT_NOT_FOUND' }]);
});

test('where the request came from is taken before its client can be gone', async () => {
  const [entry] = await writtenOf(refused('WRONG_DIGITS'), {}, (request) => Object.assign(request, { ip: undefined }));
  expect(entry?.act.origin.address).toEqual(Buffer.from([192, 0, 2, 7]));
});
