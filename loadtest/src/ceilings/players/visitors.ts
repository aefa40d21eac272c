import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { perform, sharedClock } from '../perform.ts';
import type { Known } from './age-of-counts.ts';
import { openRawSocket } from './raw-socket.ts';

export type Visitors = typeof acts;

interface Companion {
  userId: number;
  digits: string;
}

export interface Visitor {
  username: string;
  digits: string;
  companions: Companion[];
}

interface Asked {
  method: 'GET' | 'POST';
  path: string;
  cookie?: string;
  body?: object;
}

interface Answered {
  bytes: number;
  text: string;
  setCookie: string[];
}

/** @throws Error unless the answer is 200 */
function ask(agent: Agent, port: number, { method, path, cookie, body }: Asked): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const text = body && JSON.stringify(body);
    const headers: Record<string, string | number> = {};
    if (cookie) headers['cookie'] = cookie;
    if (text !== undefined)
      Object.assign(headers, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    const asked = request({ agent, host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const whole = Buffer.concat(chunks);
        if (response.statusCode === 200)
          resolve({ bytes: whole.length, text: whole.toString(), setCookie: response.headers['set-cookie'] ?? [] });
        else
          reject(
            new Error(`${method} ${path} was answered ${response.statusCode}: ${whole.subarray(0, 300).toString()}`),
          );
      });
    });
    asked.on('error', reject);
    asked.end(text);
  });
}

const cookieOf = ({ setCookie }: Answered) => setCookie.map((line) => line.split(';', 1)[0]).join('; ');

/** One step after the other, as the web app takes them, on connections of the student's own. */
async function journey(
  port: number,
  eventId: number,
  images: boolean,
  { username, digits, companions }: Visitor,
): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const cookie = cookieOf(await ask(agent, port, { method: 'POST', path: '/api/session', body: { username } }));
    await ask(agent, port, { method: 'GET', path: '/api/events', cookie });
    let bytes = 0;
    for (let load = 0; images && load < 3; load++)
      bytes += (await ask(agent, port, { method: 'GET', path: `/api/connection-test/64?${load}`, cookie })).bytes;
    const path = `/api/live?eventId=${eventId}&view=1`;
    const live = await openRawSocket({ port, path, cookie, onText: () => undefined, onLost: () => undefined });
    const at = `/api/events/${eventId}`;
    await ask(agent, port, { method: 'GET', path: `${at}/classmates`, cookie });
    for (const body of companions) await ask(agent, port, { method: 'POST', path: `${at}/digit-checks`, cookie, body });
    const body = { digits, classmates: companions, connection: { kbps: 4_200, bytes } };
    await ask(agent, port, { method: 'POST', path: `${at}/check-ins?stream=1`, cookie, body });
    live.destroy();
  } finally {
    agent.destroy();
  }
}

async function withSeveral<T>(
  all: readonly T[],
  atOnce: number,
  each: (one: T, index: number) => Promise<void>,
): Promise<void> {
  const queue = all.entries();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const [index, one] of queue) await each(one, index);
    }),
  );
}

const acts = {
  /** @returns a session cookie for each */
  signIn: async ({ port, usernames }: { port: number; usernames: string[] }): Promise<string[]> => {
    const agent = new Agent({ keepAlive: true });
    const cookies: string[] = [];
    await withSeveral(usernames, 32, async (username, index) => {
      cookies[index] = cookieOf(await ask(agent, port, { method: 'POST', path: '/api/session', body: { username } }));
    });
    agent.destroy();
    return cookies;
  },

  /** Rejects with the first step that was not answered 200. */
  travel: async ({ port, eventId, images, visitors, atOnce }: TravelOrders): Promise<{ seconds: number }> => {
    const begun = performance.now();
    await withSeveral(visitors, atOnce, (visitor) => journey(port, eventId, images, visitor));
    return { seconds: (performance.now() - begun) / 1000 };
  },

  /**
   * Check-ins by the clock, whatever the answers take. @returns how many rows were known to be in the database at each
   * answer, `already` counted in
   */
  checkIn: async ({ port, eventId, students, everyMilliseconds, already }: PacedOrders): Promise<Known[]> => {
    const agent = new Agent({ keepAlive: true });
    const begun = sharedClock();
    const known: Known[] = [];
    await Promise.all(
      students.map(async ({ cookie, digits }, index) => {
        await sleep(Math.max(0, begun + index * everyMilliseconds - sharedClock()));
        const body = { digits, classmates: [], connection: { kbps: 4_200, bytes: 196_608 } };
        await ask(agent, port, { method: 'POST', path: `/api/events/${eventId}/check-ins`, cookie, body });
        known.push({ at: sharedClock(), checkedIn: already + known.length + 1 });
      }),
    );
    agent.destroy();
    return known;
  },
};

interface TravelOrders {
  port: number;
  eventId: number;
  images: boolean;
  visitors: Visitor[];
  atOnce: number;
}

interface PacedOrders {
  port: number;
  eventId: number;
  students: { cookie: string; digits: string }[];
  everyMilliseconds: number;
  already: number;
}

perform(acts);
