import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AdminEvent, type CreateLiveEvent, demoStreamUrl, type Summary } from '@exco/contracts';
import { env } from './env.ts';
import type { Pupil } from './school.ts';

async function ask(method: string, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${env.baseUrl}/api/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${env.adminToken}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body ? JSON.stringify(body) : null,
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** Seconds from now. */
export interface Times {
  opens: number;
  starts: number;
  ends: number;
  closes: number;
}

export const running: Times = { opens: -120, starts: -60, ends: 1_800, closes: 3_600 };

/** The demo's stream. Every pixel of it costs, so only a test that looks at the picture has one. */
export const picture = { streamUrl: demoStreamUrl };

/** A server that takes requests and answers none. */
let noPicture: Promise<string> | undefined;

function silentStream(): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = createServer(() => undefined).unref();
  server.listen(0, '127.0.0.1', () =>
    resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/silent.m3u8`),
  );
  return promise;
}

export const instant = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** What a school's host does, by the admin API. */
export const host = {
  plans: async (times: Times, more: Partial<CreateLiveEvent> = {}) =>
    (await ask('POST', '/events', {
      title: 'Winter assembly',
      opensAt: instant(times.opens),
      startsAt: instant(times.starts),
      endsAt: instant(times.ends),
      closesAt: instant(times.closes),
      streamUrl: await (noPicture ??= silentStream()),
      ...more,
    })) as AdminEvent,
  changes: async (eventId: number, change: Partial<CreateLiveEvent>) =>
    (await ask('PATCH', `/events/${eventId}`, change)) as AdminEvent,
  ends: async (eventId: number) => (await ask('POST', `/events/${eventId}/end`)) as AdminEvent,
  /** The personal link of one student, from the file for the mail merge. */
  joinLink: async (eventId: number, username: string): Promise<string> => {
    const response = await fetch(`${env.baseUrl}/api/admin/events/${eventId}/join-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.adminToken}` },
    });
    const line = (await response.text()).split('\r\n').find((text) => text.startsWith(`${username},`));
    const link = line?.split(',').at(-1);
    if (!link) throw new Error(`no join link for ${username}`);
    return link;
  },
  /** Puts students on the roster, in a class of their own. */
  adds: async (pupils: readonly Pick<Pupil, 'username' | 'displayName'>[], className: string) => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = pupils.map(({ username, displayName }) => [username, displayName, className].map(quoted).join(','));
    const response = await fetch(`${env.baseUrl}/api/admin/roster?mode=merge`, {
      method: 'POST',
      headers: { authorization: `Bearer ${env.adminToken}`, 'content-type': 'text/csv' },
      body: ['username,displayName,className', ...lines].join('\r\n'),
    });
    if (!response.ok) throw new Error(`the roster was refused: ${response.status} ${await response.text()}`);
  },
  counts: async (eventId: number) => ((await ask('GET', `/events/${eventId}/summary`)) as Summary).counts,
};
