import { randomInt } from 'node:crypto';
import { adminEvent, demoStreamUrl, rosterReport, rosterStudent, type AdminEvent } from '@exco/contracts';
import { StackError } from '@exco/local-stack';
import { z } from 'zod';
import type { Site } from './site.ts';

/** Always the same one: an event keeps the class that it was for. */
const className = 'Rehearsal';
const students = 2;

export interface SmallEvent {
  event: AdminEvent;
  usernames: string[];
  minimumKbps: number;
}

const file = (usernames: readonly string[]) =>
  ['username,displayName,className', ...usernames.map((name) => `${name},Rehearsal,${className}`), ''].join('\r\n');

async function change(site: Site, mode: 'merge' | 'remove', usernames: readonly string[]): Promise<void> {
  const report = rosterReport.parse(await site.mustAsAdmin('POST', `/roster?mode=${mode}`, file(usernames)));
  const { users } = mode === 'merge' ? report.added : report.left;
  if (users !== usernames.length)
    throw new StackError(
      `Of ${usernames.length} students of the rehearsal the roster took ${users}: ${JSON.stringify(report.refused)}`,
    );
}

/** Students and a live event for them alone; both are put away when `cleanUp` is. */
export async function planSmallEvent(site: Site, cleanUp: AsyncDisposableStack): Promise<SmallEvent> {
  const number = randomInt(100_000, 999_999);
  const usernames = Array.from({ length: students }, (_, index) => `rehearsal.${number}.${4_000 + index}`);
  cleanUp.defer(() => change(site, 'remove', usernames));
  await change(site, 'merge', usernames);
  const query = `search=rehearsal.${number}.`;
  const known = z.array(rosterStudent).parse(await site.mustAsAdmin('GET', `/roster/students?${query}`));
  const classes = z.array(z.object({ id: z.int(), name: z.string() }));
  const found = classes.parse(await site.mustAsAdmin('GET', '/roster/classes')).find(({ name }) => name === className);
  if (!found || known.length !== students) throw new StackError('The students of the rehearsal are not on the roster.');
  const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
  const event = adminEvent.parse(
    await site.mustAsAdmin('POST', '/events', {
      title: 'Rehearsal',
      streamUrl: demoStreamUrl,
      opensAt: at(-2),
      startsAt: at(-1),
      endsAt: at(90),
      closesAt: at(120),
      minimumKbps: 500,
      classIds: [found.id],
    }),
  );
  cleanUp.defer(async () => {
    await site.asAdmin('POST', `/events/${event.id}/end`);
    const { endsAt } = adminEvent.parse(await site.mustAsAdmin('GET', `/events/${event.id}`));
    // Closed at once: then no page offers it any more.
    await site.mustAsAdmin('PATCH', `/events/${event.id}`, {
      closesAt: new Date(Date.parse(endsAt) + 1).toISOString(),
    });
  });
  return { event, usernames, minimumKbps: event.minimumKbps };
}
