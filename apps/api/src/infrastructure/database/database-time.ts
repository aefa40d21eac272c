import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { Gauge } from 'prom-client';
import { DataSource } from 'typeorm';
import { CorrectedClock } from '../clock.ts';
import { Metrics } from '../observability/metrics.ts';
import { Periodic } from '../scheduling/periodic.ts';

const measureEveryMilliseconds = 10_000;
/** Of the last minute the quickest answer counts: it says most precisely when it was written. */
const measuresKept = 6;
/** Clocks that are so close are taken for the same: a busy machine answers no more precisely. */
const sameMilliseconds = 50;
const warnFromMilliseconds = 500;

interface Measure {
  difference: number;
  roundTrip: number;
}

/**
 * Sets the clock by the database's, so that processes on machines whose clocks differ tell students the same state of
 * an event, and write times in the order in which things happened. Without the database the last difference stands.
 */
@Injectable()
export class DatabaseTime implements OnModuleInit {
  private readonly logger = new Logger(DatabaseTime.name);
  private readonly measures: Measure[] = [];

  constructor(
    private readonly database: DataSource,
    private readonly clock: CorrectedClock,
    { registry }: Metrics,
  ) {
    new Gauge({
      name: 'exco_clock_difference_seconds',
      help: 'How far the database’s clock is ahead of this machine’s.',
      registers: [registry],
      collect() {
        this.set(clock.difference / 1_000);
      },
    });
  }

  async onModuleInit(): Promise<void> {
    await this.measure();
  }

  @Periodic(measureEveryMilliseconds)
  async measure(): Promise<void> {
    const askedAt = Date.now();
    const from = this.clock.monotonic();
    const [row] = await this.database.query<{ now: string }[]>('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS now');
    const roundTrip = this.clock.monotonic() - from;
    this.add({ difference: Number(row?.now) - askedAt - roundTrip / 2, roundTrip });
  }

  private add(measure: Measure): void {
    const last = this.measures.at(-1);
    // One of the clocks was set, or another database answers: what was measured before says nothing any more.
    if (last && Math.abs(last.difference - measure.difference) > sameMilliseconds + last.roundTrip + measure.roundTrip)
      this.measures.length = 0;
    this.measures.push(measure);
    if (this.measures.length > measuresKept) this.measures.shift();
    const { difference, roundTrip } = this.measures.reduce((best, one) =>
      one.roundTrip < best.roundTrip ? one : best,
    );
    const before = this.clock.difference;
    // What is measured may be wrong by half the way there and back: a clock that may well be right is left alone.
    const isSame = Math.abs(difference) <= sameMilliseconds + roundTrip / 2;
    this.clock.difference = isSame ? 0 : Math.round(difference);
    if (Math.abs(difference) >= warnFromMilliseconds && Math.abs(this.clock.difference - before) > sameMilliseconds)
      this.logger.warn(
        `this machine’s clock is ${Math.round(Math.abs(difference))} ms ${difference > 0 ? 'behind' : 'ahead of'} the ` +
          'database’s, which counts; have both set by the same time server (NTP)',
      );
  }
}
