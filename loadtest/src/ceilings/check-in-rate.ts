import type { System } from '@exco/local-stack';
import { CheckInVolleys, connections, startBarePost } from './check-in-volleys.ts';
import { autocannonVersion } from './generator-version.ts';
import { isAnotherDue, type Pace } from './pace.ts';
import { compare, median, round, type Comparison, type Round } from './ratio.ts';
import type { Stage } from './stage.ts';

const warmUpSeconds = 2;

/** Check-in requests a second, three students each, against a bare Fastify POST that parses the same bodies. */
export async function checkInRate(stage: Stage, system: System, pace: Pace): Promise<Comparison> {
  const { seconds } = pace;
  await using resources = new AsyncDisposableStack();
  const volleys = await CheckInVolleys.load(resources, stage, system, 3);
  const bare = await startBarePost(resources, stage.signal);
  await volleys.atBarePost(bare.port, warmUpSeconds);
  await volleys.atProduct(warmUpSeconds);
  const measured: Round[] = [];
  const p50: number[] = [];
  const p99: number[] = [];
  let rows = 0;
  while (isAnotherDue(measured, pace)) {
    const ceiling = await volleys.atBarePost(bare.port, seconds);
    const product = await volleys.atProduct(seconds);
    measured.push(round(ceiling.answered / ceiling.seconds, product.answered / product.seconds));
    p50.push(product.p50Milliseconds);
    p99.push(product.p99Milliseconds);
    rows += product.answered * 3;
  }
  return compare(
    {
      what: 'check-ins, three students each, answered after commit',
      against: 'bare Fastify POST parsing the same body',
      unit: 'requests/s',
      target: { bound: 'least', ratio: 0.6 },
      generator: `autocannon ${autocannonVersion}, ${connections} connections, one process`,
      notes: [
        `latency p50 ${median(p50).toFixed(0)} ms, p99 ${median(p99).toFixed(0)} ms`,
        `${rows} acknowledged rows, all found in the database`,
      ],
    },
    measured,
  );
}
