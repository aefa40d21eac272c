import { setTimeout as sleep } from 'node:timers/promises';
import { sharedClock } from './perform.ts';
import type { Player } from './player.ts';
import { ageAt } from './players/age-of-counts.ts';
import type { Audience } from './players/audience.ts';
import type { Limit } from './ratio.ts';
import type { Stage } from './stage.ts';

/** Sockets held at an event where so many of the first students are checked in. */
export interface Hall {
  stage: Stage;
  audience: Player<Audience>[];
  port: number;
  eventId: number;
  checkedIn: number;
}

/** Ten thousand students in thirty seconds. */
const everyMilliseconds = 3;
const stormSeconds = 8;
/** For the first count to be on its way. */
const ignoredMilliseconds = 1_500;

/** How old the count is that the sockets show while students check in, over all sockets and the whole time. */
export async function countAge({ stage, audience, port, eventId, checkedIn }: Hall): Promise<Limit> {
  const students = stage.students.slice(checkedIn, checkedIn + (stormSeconds * 1000) / everyMilliseconds);
  const from = sharedClock() + ignoredMilliseconds;
  const known = await stage.visitors.call('checkIn', {
    port,
    eventId,
    students,
    everyMilliseconds,
    already: checkedIn,
  });
  const until = sharedClock();
  await sleep(2_000);
  const ages = await Promise.all(audience.map((player) => player.call('age', { known, from, until })));
  const value = ageAt(0.99, ages) / 1000;
  return {
    what: 'age of the count that students see while 333 a second check in, p99',
    unit: 's',
    value,
    limit: 1.5,
    met: value <= 1.5,
    notes: [
      `median ${ageAt(0.5, ages)} ms; each socket looked at every 25 ms for ${((until - from) / 1000).toFixed(1)} s`,
    ],
  };
}
