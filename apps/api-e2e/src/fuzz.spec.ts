import fc from 'fast-check';
import { z } from 'zod';
import { apiErrors } from '@exco/contracts';
import { eventually } from '@exco/testing';
import { checkIn } from './support/attendance-requests.ts';
import { requestsOf, type FuzzRequest } from './support/arbitrary-requests.ts';
import { fuzzing } from './support/env.ts';
import { openApi, routesOf } from './support/open-api.ts';
import { IsolatedStack } from './support/own-stacks.ts';
import { adminToken } from './support/settings.ts';
import type { Person } from './support/test-stack.ts';

const longestAnswer = 10_000;

const errorAnswer = z.strictObject({
  code: z.enum(Object.keys(apiErrors) as [string, ...string[]]),
  message: z.string().min(10),
  details: z.unknown().optional(),
});

let stack: IsolatedStack;
let people: [Person, ...Person[]];
const cookies: string[] = [];
beforeAll(async () => {
  stack = await IsolatedStack.start();
  // So many that what one of them may ask for, and mistype, is not what most of them meet.
  people = await stack.aClass(60);
  for (const person of people) cookies.push((await stack.signIn(person)).cookieHeader);
});
afterAll(() => stack.close());

async function send(url: string, { method, path, sender, who, contentType, body }: FuzzRequest): Promise<Response> {
  const headers: Record<string, string> = {
    ...(contentType === null ? {} : { 'content-type': contentType }),
    ...(sender === 'student' ? { cookie: cookies[who] ?? '' } : {}),
    ...(sender === 'admin' ? { authorization: `Bearer ${adminToken}` } : {}),
  };
  const signal = AbortSignal.timeout(longestAnswer);
  return fetch(`${url}${path}`, { method: method.toUpperCase(), headers, signal, ...(body === null ? {} : { body }) });
}

/** An event that is over, and who was there. */
async function overEvent(there: Person[]): Promise<number> {
  const { id } = await stack.event('live');
  for (const person of there) await checkIn(await stack.signIn(person), id, person);
  await stack.endEvent(id);
  return id;
}

/** A fault of the answer, or null. */
async function faultOf(answer: Response): Promise<string | null> {
  const text = await answer.text();
  if (answer.status >= 500 && answer.status !== 503) return `${answer.status} ${text.slice(0, 300)}`;
  if (answer.status < 400) return null;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return `${answer.status} without JSON: ${text.slice(0, 300)}`;
  }
  const read = errorAnswer.safeParse(json);
  return read.success ? null : `${answer.status} not in the contract's form: ${text.slice(0, 300)}`;
}

async function attendances(eventIds: number[]): Promise<{ checkedIn: number; checkedOut: number }> {
  const rows = (await Promise.all(eventIds.map((id) => stack.attendances(id)))).flat();
  return { checkedIn: rows.length, checkedOut: rows.filter(({ checkedOutAt }) => checkedOutAt !== null).length };
}

test('no request makes the API fail, hang or answer out of form; rows = counter afterwards', async () => {
  const document = await openApi(stack.client());
  const idOf = async (state: 'open' | 'live' | 'ended') => (await stack.event(state)).id;
  const known = {
    eventIds: [await idOf('open'), await idOf('live'), await overEvent(people.slice(0, 30))],
    hostedIds: [await idOf('open'), await idOf('live'), await idOf('ended')],
    userIds: people.map(({ id }) => id),
    digits: people.map(({ digits }) => digits),
  };
  // Signing out, or being anonymised, would end the session that all other requests use.
  const ending = ['delete /api/session', 'post /api/admin/students/{userId}/anonymisation'];
  const routes = routesOf(document).filter(({ method, path }) => !ending.includes(`${method} ${path}`));
  const { runs, seed } = fuzzing();
  process.stdout.write(`fuzz: ${runs} requests, FUZZ_SEED=${seed}\n`);
  const isLong = runs > 1_000;
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(requestsOf(routes, document, known), async (request) => {
    const answer = await send(stack.url(0), request);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    const fault = await faultOf(answer);
    if (fault !== null) throw new Error(fault);
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: isLong });

  expect(await stack.client().get('/health/live')).toMatchObject({ status: 200 });
  for (const one of [...stack.system.apis, ...stack.system.workers]) expect(one.running).toBe(true);
  await eventually(async () => {
    const unequal = await stack.database.query<unknown[]>(
      `SELECT counters.*, checkedIn, checkedOut FROM live_event_counters counters
         JOIN (SELECT live_event_id, COUNT(*) AS checkedIn, COUNT(checked_out_at) AS checkedOut
               FROM attendances WHERE revoked_at IS NULL GROUP BY live_event_id) counted USING (live_event_id)
       WHERE checked_in <> checkedIn OR checked_out <> checkedOut`,
    );
    expect(unequal).toEqual([]);
  });
  const acts = await attendances(known.eventIds);
  process.stdout.write(`fuzz: answers ${JSON.stringify(Object.fromEntries(statuses))}, ${JSON.stringify(acts)}\n`);
  // Or the rules behind the validation were never reached.
  if (isLong) {
    expect(acts.checkedIn).toBeGreaterThan(40);
    expect(acts.checkedOut).toBeGreaterThan(10);
    expect(statuses.get(429) ?? 0).toBeLessThan(runs / 10);
  }
}, 1_800_000);
