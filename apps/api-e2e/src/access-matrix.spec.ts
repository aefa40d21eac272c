import { createHmac } from 'node:crypto';
import { aLiveEvent, aStudent } from '@exco/testing';
import { checkIn, checkInOf, wrongFor } from './support/attendance-requests.ts';
import type { ApiClient } from './support/api-client.ts';
import { openApi, routesOf, type Route } from './support/open-api.ts';
import { adminToken, sessionSecret } from './support/settings.ts';
import { TestStack, type Person } from './support/test-stack.ts';

/*
 * Every route of the OpenAPI document for everybody who might ask. The rule of a route follows from what it is; a route
 * for which there is no rule fails.
 */

type Rule = 'public' | 'session' | 'event' | 'attendance' | 'admin' | 'sign-in';

/** The first that fits. */
const rules: [route: RegExp, rule: Rule][] = [
  [/^(post|delete) \/api\/session$/, 'sign-in'],
  [/^get \/api\/session$/, 'session'],
  [/^get \/api\/events$/, 'session'],
  [/^get \/api\/events\/\{eventId\}\/stream$/, 'attendance'],
  [/^\w+ \/api\/events\/\{eventId\}(\/(classmates|digit-checks|check-ins|check-outs))?$/, 'event'],
  [/^get \/api\/connection-test\/\{kilobytes\}$/, 'public'],
  [/^\w+ \/api\/admin\//, 'admin'],
];

const who = [
  'nobody',
  'a student of the class',
  'a student of another class',
  'a student in no class',
  'an admin',
  'somebody with an expired session',
  'somebody with an unsigned session',
  'somebody with a session signed by another key',
  'somebody with the signature of another session',
  'somebody with a token for another purpose',
  'somebody with an unsigned admin token',
] as const;
type Who = (typeof who)[number];

/** The status that each gets at most. `ok`: anything that is no refusal for lack of rights. */
function expected(rule: Rule, asking: Who): 'ok' | 'not signed in' | 'not found' | 'no admin' | 'not checked in' {
  const known = asking.startsWith('a student');
  switch (rule) {
    case 'public':
    case 'sign-in':
      return 'ok';
    case 'admin':
      return asking === 'an admin' ? 'ok' : 'no admin';
    case 'session':
      return known ? 'ok' : 'not signed in';
    case 'event':
    case 'attendance':
      if (!known) return 'not signed in';
      if (asking !== 'a student of the class') return 'not found';
      return rule === 'attendance' ? 'not checked in' : 'ok';
  }
}

const refusals = {
  'not signed in': { status: 401, code: 'NOT_SIGNED_IN' },
  'not found': { status: 404, code: 'EVENT_NOT_FOUND' },
  'no admin': { status: 401, code: 'ADMIN_TOKEN_REQUIRED' },
  'not checked in': { status: 403, code: 'CHECK_IN_REQUIRED' },
} as const;

let stack: TestStack;
let routes: Route[];
let eventId: number;
let outside: number;
let classmate: Person;
const clients = new Map<Who, ApiClient>();

function sign(text: string, purpose: string, secret = sessionSecret): string {
  const key = createHmac('sha256', secret).update(purpose).digest();
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
}

beforeAll(async () => {
  stack = await TestStack.shared();
  routes = routesOf(await openApi(stack.client()));
  const [member, other] = await stack.aClass(3);
  const [stranger] = await stack.aClass(3);
  const [alone] = await stack.enroll([aStudent()]);
  if (!alone) throw new Error('nobody was enrolled');
  classmate = other;
  const [row] = await stack.database.query<{ id: number }[]>(
    'SELECT class_section_id AS id FROM enrollments WHERE user_id = ?',
    [member.id],
  );
  // For one class: others must not even learn that it exists.
  const answer = await stack.admin().post('/api/admin/events', {
    ...aLiveEvent('live'),
    classIds: [row?.id],
  });
  eventId = (answer.json as { id: number }).id;
  ({ id: outside } = await stack.event('live'));
  const inAnHour = Math.floor(Date.now() / 1000) + 3_600;
  const forged = (cookie: string) => stack.client().setCookie('exco_session', cookie);
  const genuine = sign(`${stranger.id}.${inAnHour}`, 'session');
  clients
    .set('nobody', stack.client())
    .set('a student of the class', await stack.signIn(member))
    .set('a student of another class', await stack.signIn(stranger))
    .set('a student in no class', await stack.signIn(alone))
    .set('an admin', stack.admin())
    .set('somebody with an expired session', forged(sign(`${member.id}.${inAnHour - 4_000}`, 'session')))
    .set('somebody with an unsigned session', forged(`${member.id}.${inAnHour}.`))
    .set(
      'somebody with a session signed by another key',
      forged(sign(`${member.id}.${inAnHour}`, 'session', 'x'.repeat(40))),
    )
    .set('somebody with the signature of another session', forged(genuine.replace(/^\d+/, String(member.id))))
    .set('somebody with a token for another purpose', forged(sign(`${member.id}.${inAnHour}`, 'receipt')))
    .set(
      'somebody with an unsigned admin token',
      stack.admin(
        0,
        `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(adminToken).toString('base64url')}.`,
      ),
    );
});
afterAll(() => stack.close());

const nameOf = ({ method, path }: Route) => `${method} ${path}`;
const ruleOf = (route: Route) => rules.find(([pattern]) => pattern.test(nameOf(route)))?.[1];

function addressOf({ path }: Route): string {
  const values: Record<string, string> = {
    eventId: String(eventId),
    userId: String(classmate.id),
    kilobytes: '64',
  };
  return path.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '1');
}

/** In the form that the route takes, so that who asks is what is judged; of no effect, as the digits are wrong. */
function bodyFor({ path }: Route): object {
  const digits = wrongFor(classmate);
  if (path.endsWith('/check-ins')) return checkInOf({ digits: '9999' });
  if (path.endsWith('/digit-checks')) return { userId: classmate.id, digits };
  if (path.endsWith('/check-outs')) return { userIds: [classmate.id] };
  return {};
}

test('every route has a rule', () => {
  expect(routes.length).toBeGreaterThan(15);
  expect(routes.filter((route) => !ruleOf(route)).map(nameOf)).toEqual([]);
});

test.each(who)('%s', async (asking) => {
  const client = clients.get(asking);
  if (!client) throw new Error(`nobody stands for ${asking}`);
  const wrong: string[] = [];
  for (const route of routes) {
    const rule = ruleOf(route);
    // Deleting needs an event or a student of its own, and signing out ends what the next route needs.
    if (!rule || (route.method === 'delete' && expected(rule, asking) === 'ok')) continue;
    const body = ['post', 'patch', 'put'].includes(route.method) ? JSON.stringify(bodyFor(route)) : undefined;
    const { status, json, text } = await client.send(route.method, addressOf(route), body);
    const { code } = (json ?? {}) as { code?: string };
    const is = expected(rule, asking);
    const right =
      is === 'ok'
        ? !Object.values(refusals).some((refusal) => refusal.code === code)
        : status === refusals[is].status && code === refusals[is].code;
    if (!right) wrong.push(`${nameOf(route)} for ${asking}: ${status} ${text.slice(0, 200)}`);
  }
  expect(wrong).toEqual([]);
});

test('a session of one event’s student reads nothing of a classmate’s attendance elsewhere', async () => {
  const others = await stack.signIn(classmate);
  expect(await checkIn(others, outside, classmate)).toMatchObject({ status: 200 });
  const client = clients.get('a student of another class');
  const answer = await client?.get(`/api/events/${outside}/check-outs`);
  expect(answer).toMatchObject({ status: 200, json: [] });
});

test('an admin’s token opens no student’s route, and a student’s session no admin’s', async () => {
  const student = clients.get('a student of the class');
  expect(await stack.admin().get('/api/events')).toMatchObject({ status: 401, json: { code: 'NOT_SIGNED_IN' } });
  expect(await student?.get('/api/admin/events')).toMatchObject({
    status: 401,
    json: { code: 'ADMIN_TOKEN_REQUIRED' },
  });
});
