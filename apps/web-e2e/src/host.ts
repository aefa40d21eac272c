import type { AdminEvent, CreateLiveEvent, Summary } from '@exco/contracts';
import { env } from './env.ts';

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
  counts: async (eventId: number) => ((await ask('GET', `/events/${eventId}/summary`)) as Summary).counts,
};
