import { setTimeout as sleep } from 'node:timers/promises';
import type { TcpProxy } from '@exco/testing';
import type { Lines } from './breakable-system.ts';
import type { Experiment } from './fault.ts';
import { backWithin } from './process-faults.ts';

const named: Record<keyof Lines, string> = {
  students: 'the API to students',
  apiToDatabase: 'the database to the API',
  apiToRedis: 'Redis to the API',
  workerToDatabase: 'the database to the worker',
  workerToRedis: 'Redis to the worker',
};
const lines = Object.keys(named) as (keyof Lines)[];

/** Requests arrive and are carried out; their answers, and the connections, are gone. Again and again, as on a bad line. */
const cutsForSeconds = 5;
const cutMilliseconds = 150;
const betweenMilliseconds = 850;

async function cutAgainAndAgain(line: TcpProxy): Promise<void> {
  for (let second = 0; second < cutsForSeconds; second++) {
    line.loseReplies(true);
    await sleep(cutMilliseconds);
    line.loseReplies(false);
    await sleep(betweenMilliseconds);
  }
}

const cuts = lines.map((name): Experiment => ({
  name: `replies of ${named[name]} cut, ${cutsForSeconds} × ${cutMilliseconds} ms`,
  forSeconds: 0,
  withoutServiceSeconds: backWithin,
  strike: async (parts) => {
    const line = parts.lines[name];
    const before = line.repliesLost;
    await cutAgainAndAgain(line);
    const lost = line.repliesLost - before;
    return { proof: () => (lost > 0 ? `${lost} replies lost` : null), mend: () => undefined };
  },
}));

/** Open, and never an answer, as behind a firewall that forgot them; new ones work. Nobody mends them. */
const silences = lines
  .filter((name) => name !== 'students')
  .map((name): Experiment => ({
    name: `connections of ${named[name]} fall silent`,
    forSeconds: 6,
    withoutServiceSeconds: backWithin,
    strike: (parts) => {
      const line = parts.lines[name];
      const before = line.silenced;
      line.fallSilent();
      const silenced = line.silenced - before;
      return { proof: () => (silenced > 0 ? `${silenced} connections silent` : null), mend: () => undefined };
    },
  }));

export const lineFaults: Experiment[] = [...cuts, ...silences];
