import type { System } from '@exco/local-stack';
import { CheckInVolleys, connections } from './check-in-volleys.ts';
import { autocannonVersion } from './generator-version.ts';
import { isAnotherDue, type Pace } from './pace.ts';
import { Player } from './player.ts';
import type { BulkWriter } from './players/bulk-writer.ts';
import { compare, round, type Comparison, type Round } from './ratio.ts';
import type { Stage } from './stage.ts';

const groupSize = 10;
const writerConnections = 2;
const rowsPerStatement = 1_000;
/** Rows a second that the bare writer will not exceed: so many events are there for it to fill. */
const mostRowsPerSecond = 300_000;
const warmUpSeconds = 2;

/** New rows a second through the product, ten a request, against a program that does nothing but fill the same table. */
export async function rowRate(stage: Stage, system: System, pace: Pace): Promise<Comparison> {
  const { seconds } = pace;
  await using resources = new AsyncDisposableStack();
  const volleys = await CheckInVolleys.load(resources, stage, system, groupSize);
  const writer = resources.use(new Player<BulkWriter>('bulk-writer', stage.signal));
  const userIds = stage.students.map(({ id }) => id);
  const eventIds = await stage.createEvents(system, Math.ceil((mostRowsPerSecond * seconds) / userIds.length));

  const fill = async (forSeconds: number): Promise<number> => {
    await stage.clear();
    const { connection } = stage;
    const orders = {
      connection,
      userIds,
      eventIds,
      connections: writerConnections,
      rowsPerStatement,
      seconds: forSeconds,
    };
    const { rows, seconds: taken, exhausted } = await writer.call('write', orders);
    if (exhausted) throw new Error('the bare writer was faster than there were new rows to write');
    return rows / taken;
  };
  const checkIn = async (forSeconds: number): Promise<number> => {
    const { answered, seconds: taken } = await volleys.atProduct(forSeconds);
    return (answered * groupSize) / taken;
  };

  await fill(warmUpSeconds);
  await checkIn(warmUpSeconds);
  const measured: Round[] = [];
  while (isAnotherDue(measured, pace)) {
    const ceiling = await fill(seconds);
    measured.push(round(ceiling, await checkIn(seconds)));
  }
  return compare(
    {
      what: 'rows into the database, check-ins of ten students',
      against: `mysql2 upserts of ${rowsPerStatement} rows, ${writerConnections} connections, same table`,
      unit: 'rows/s',
      target: { bound: 'least', ratio: 0.5 },
      generator: `autocannon ${autocannonVersion}, ${connections} connections, one process`,
      notes: ['every acknowledged row found in the database'],
    },
    measured,
  );
}
