import { setTimeout as sleep } from 'node:timers/promises';
import { checkInCommitted, summary } from '@exco/contracts';
import { StackError } from '@exco/local-stack';
import { lookAtCertificate } from './certificate.ts';
import { Findings } from './findings.ts';
import { Pupil, type Watching } from './pupil.ts';
import { restartOne } from './restart.ts';
import { lookAtServers } from './servers.ts';
import { Site } from './site.ts';
import { planSmallEvent, type SmallEvent } from './small-event.ts';

export interface Rehearsal {
  url: string;
  adminToken: string;
  minutes: number;
  restart: string | null;
}

const soonMilliseconds = 10_000;

/** Waits until it is so, for some seconds. @returns whether it came to be */
async function soon(isSo: () => boolean): Promise<boolean> {
  const until = Date.now() + soonMilliseconds;
  while (!isSo() && Date.now() < until) await sleep(100);
  return isSo();
}

/** @returns whether everything is right; what is not has been said */
export async function rehearse(wanted: Rehearsal, cleanUp: AsyncDisposableStack): Promise<boolean> {
  const findings = new Findings();
  const site = new Site(wanted.url, wanted.adminToken);
  try {
    await lookAtCertificate(wanted.url, findings);
    if (await isOurs(site, findings)) {
      await lookAtServers(site, findings);
      await holdEvent(site, wanted, findings, cleanUp);
    }
  } catch (error) {
    if (!(error instanceof StackError)) throw error;
    findings.wrong(error.message, 'The rehearsal ends here; look at this first.');
  }
  return findings.areRight;
}

async function isOurs(site: Site, findings: Findings): Promise<boolean> {
  const { status } = await site.ask('/health/ready');
  if (
    !findings.judge(
      status === 200,
      'The site answers, and is ready.',
      `The site answers ${status} to /health/ready.`,
      'Look at the proxy’s backends, and at the log of the API.',
    )
  )
    return false;
  const admin = await site.asAdmin('GET', '/events');
  return findings.judge(
    admin.status === 200,
    'The admin token is taken.',
    `The admin token is not taken: ${admin.status}.`,
    'Take the ADMIN_TOKEN of this site; a proxy must pass the header Authorization on.',
  );
}

async function holdEvent(
  site: Site,
  { minutes, restart }: Rehearsal,
  findings: Findings,
  cleanUp: AsyncDisposableStack,
): Promise<void> {
  const small = await planSmallEvent(site, cleanUp);
  const { event, usernames } = small;
  findings.note(
    `Event ${event.id} and ${usernames.length} students are there for the rehearsal alone, and go with it.`,
  );
  const [first, second] = await Promise.all(usernames.map((username) => signedIn(site, username, event.id)));
  if (!first || !second) return;
  // Without a session there is nothing more to try.
  if (!(await lookAtCookies(first, site, findings))) return;
  const watching = first.watch(event.id);
  cleanUp.defer(() => watching.close());
  const why = await watching.opened();
  const isOpen = findings.judge(
    why === null,
    'A live connection opens.',
    `No live connection opens: ${why}.`,
    'The proxy must pass Upgrade and Connection on, and the Host or X-Forwarded-Host that students type: see deploy/proxy.',
  );
  await checkIn(first, small, findings);
  if (isOpen) await watch(watching, minutes, second, small, findings);
  await restartOne(restart, second, findings);
  await end(site, first, watching, small, isOpen, findings);
}

/** Another process may hear of the new students a moment later. */
async function signedIn(site: Site, username: string, eventId: number): Promise<Pupil> {
  const until = Date.now() + soonMilliseconds;
  for (;;)
    try {
      return await Pupil.signIn(site, username, eventId);
    } catch (error) {
      if (Date.now() > until) throw error;
      await sleep(500);
    }
}

/** @returns whether a session is held */
async function lookAtCookies(pupil: Pupil, { url }: Site, findings: Findings): Promise<boolean> {
  const isHttps = url.startsWith('https:');
  findings.judge(
    pupil.cookies.some((line) => !isHttps || /^__Host-.*; Secure/.test(line)),
    isHttps ? 'The session cookie is Secure.' : 'The session cookie is set.',
    pupil.cookies.length === 0
      ? 'No session cookie comes with the sign-in.'
      : 'The session cookie is not Secure, although students come by https.',
    'Set TRUST_PROXY to the number of proxies, have the proxy set X-Forwarded-Proto, and let Set-Cookie pass.',
  );
  const { status } = await pupil.get('/api/session');
  return findings.judge(
    status === 200,
    'The session cookie is known again, by whichever process answers.',
    `Who has just signed in is answered ${status}.`,
    'The proxy must pass Cookie on, and every process must have the same SESSION_SECRET.',
  );
}

async function checkIn(pupil: Pupil, { event, minimumKbps }: SmallEvent, findings: Findings): Promise<void> {
  const measured = await pupil.measure();
  findings.judge(
    measured.kbps >= minimumKbps,
    `The connection test reads ${measured.kbps} kbit/s from here.`,
    `The connection test reads ${measured.kbps} kbit/s from here, below ${minimumKbps}.`,
    'Try from another network; if it stays so, look at the proxy’s limits and at what else uses the line.',
  );
  const from = performance.now();
  const answer = await pupil.checkIn(event.id, { ...measured, kbps: Math.max(measured.kbps, minimumKbps) });
  const text = await answer.text();
  findings.judge(
    answer.status === 200 && checkInCommitted.safeParse(JSON.parse(text)).success,
    `A check-in is in the database after ${Math.round(performance.now() - from)} ms.`,
    `A check-in was answered ${answer.status}: ${text.slice(0, 200)}`,
    answer.status === 202 ? 'No worker commits, or the database is slow: look at both.' : 'Look at the log of the API.',
  );
}

/** Held for minutes, and then still told what happens. */
async function watch(
  watching: Watching,
  minutes: number,
  second: Pupil,
  { event, minimumKbps }: SmallEvent,
  findings: Findings,
): Promise<void> {
  const told = await soon(() => watching.checkedIn === 1);
  findings.note(`The live connection is watched for ${minutes} minute(s) …`);
  const until = Date.now() + minutes * 60_000;
  while (Date.now() < until && watching.isOpen) await sleep(Math.min(1_000, until - Date.now()));
  const held = watching.isOpen;
  await second.checkIn(event.id, { kbps: minimumKbps, bytes: 192_000 });
  findings.judge(
    told && held && (await soon(() => watching.checkedIn === 2)),
    `The live connection was held for ${minutes} minute(s), and is told of check-ins.`,
    held
      ? 'The live connection is open, and is not told of check-ins.'
      : 'The live connection was closed while nothing was wrong.',
    'The proxy must keep a WebSocket open for hours (its read or tunnel timeout), and all processes must use the same Redis.',
  );
}

async function end(
  site: Site,
  first: Pupil,
  watching: Watching,
  { event }: SmallEvent,
  isOpen: boolean,
  findings: Findings,
): Promise<void> {
  await site.mustAsAdmin('POST', `/events/${event.id}/end`);
  // A restart may have closed the connection; a page would have come back.
  if (isOpen && watching.isOpen)
    findings.judge(
      await soon(() => watching.heardTheEnd),
      'The end of the event reaches the page.',
      'The end of the event does not reach the page.',
      'All processes must use the same Redis.',
    );
  const { user } = (await (await first.get('/api/session')).json()) as { user: { id: number } };
  const answer = await first.checkOut(event.id, [user.id]);
  const { counts } = summary.parse(await site.mustAsAdmin('GET', `/events/${event.id}/summary`));
  findings.judge(
    answer.status === 200 && counts.checkedOut === 1,
    'A check-out is in the database, and counted.',
    `A check-out was answered ${answer.status}; ${counts.checkedOut} are counted.`,
    'Look at the worker and the database.',
  );
}
