import { adminEvent, demoStreamUrl, stateAt, type AdminEvent, type CreateLiveEvent } from '@exco/contracts';
import { StackError } from '@exco/local-stack';
import { z } from 'zod';

const minute = 60_000;
const leastOpen = 30 * minute;

/** Whether every student can still check in to it for a while. */
function isOpenForLong(event: AdminEvent, now: number): boolean {
  return (
    event.classIds === null &&
    ['open', 'live'].includes(stateAt(event, now)) &&
    Date.parse(event.endsAt) - now >= leastOpen
  );
}

export function newDemoEvent(now: number): CreateLiveEvent {
  const at = (minutes: number) => new Date(now + minutes * minute).toISOString();
  return {
    title: 'Demo event',
    streamUrl: demoStreamUrl,
    fallbackStreamUrl: null,
    preparesAt: null,
    opensAt: at(-5),
    startsAt: at(0),
    endsAt: at(120),
    closesAt: at(180),
    minimumKbps: 500,
    classIds: null,
  };
}

async function ask(url: string, token: string, body?: CreateLiveEvent): Promise<unknown> {
  const answer = await fetch(`${url}/api/admin/events`, {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new StackError(`The API refused the demo event: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** Through the API, as an admin would: one that is open for another half hour is left as it is. */
export async function ensureDemoEvent(url: string, adminToken: string, now = Date.now()): Promise<void> {
  const events = z.array(adminEvent).parse(await ask(url, adminToken));
  if (!events.some((event) => isOpenForLong(event, now))) await ask(url, adminToken, newDemoEvent(now));
}
