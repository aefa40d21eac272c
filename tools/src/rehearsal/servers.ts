import { configurationChecks } from '@exco/contracts';
import { z } from 'zod';
import type { Findings } from './findings.ts';
import type { Site } from './site.ts';

/** A balancer leads requests that are asked at once to different processes: so many, and all of a usual site answer. */
const askedAtOnce = 8;
const mostDifference = 500;

const ready = z.object({ database: z.string(), redis: z.string(), clockDifferenceMilliseconds: z.number() });

/** What the processes say of their settings, their servers and their clocks. */
export async function lookAtServers(site: Site, findings: Findings): Promise<void> {
  const processes = new Set<string>();
  const heard = new Map<string, 'right' | 'wrong' | 'advice'>();
  const atOnce = <T>(ask: () => Promise<T>) => Promise.all(Array.from({ length: askedAtOnce }, ask));
  for (const answer of await atOnce(() => site.mustAsAdmin('GET', '/configuration'))) {
    const { process, checks } = configurationChecks.parse(answer);
    processes.add(process);
    for (const { verdict, says } of checks) heard.set(says, verdict);
  }
  const states = await atOnce(async () => ready.parse(await (await site.ask('/health/ready')).json()));
  const differences = states.map(({ clockDifferenceMilliseconds: difference }) => Math.abs(difference));
  findings.note(`${processes.size} API process(es) answered.`);
  for (const [says, verdict] of heard)
    if (verdict === 'wrong')
      findings.wrong(says, 'npm run check-config on that host says the same; put it right and restart the process.');
    else if (verdict === 'advice') findings.note(says);
    else findings.right(says);
  const most = Math.max(...differences);
  findings.judge(
    most <= mostDifference,
    `The clocks of the hosts are ${most} ms from the database's at most.`,
    `A host's clock is ${most} ms from the database's.`,
    'Students are told the database’s time, so nothing is lost; look at NTP on the hosts (chronyc tracking).',
  );
}
