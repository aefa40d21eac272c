import { Inject, Injectable, Logger } from '@nestjs/common';
import DataLoader from 'dataloader';
import { isUnavailable, within } from '../../infrastructure/database/failures.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import type { AttendanceRow, Recorded, Standing } from './attendance.ts';
import { AttendanceRepository } from './attendance.repository.ts';
import { batchIntervals } from './batch-intervals.ts';

/** Queries at the same time, for each kind of look-up. Meanwhile the next batch grows. */
const mostAtOnce = 2;
const deadlineMilliseconds = 2_000;

interface Asked {
  eventId: number;
  userIds: readonly number[];
}

type Read<Found> = (eventId: number, userIds: number[]) => Promise<Found>;

/**
 * A loader that asks once for all who asked in the meantime, gives each of them all that was found, and remembers
 * nothing. A batch leaves when the window since the last one is over and fewer than `mostAtOnce` are under way.
 */
function coalescedReads<Found>(windowMilliseconds: number, read: Read<Found>): DataLoader<Asked, Found> {
  let running = 0;
  let askedAt = -Infinity;
  const waiting: (() => void)[] = [];

  function leave(): void {
    while (running < mostAtOnce) {
      const dispatch = waiting.shift();
      if (!dispatch) return;
      running++;
      askedAt = performance.now();
      dispatch();
    }
  }

  async function load(all: readonly Asked[]): Promise<Found[]> {
    try {
      const found = new Map<number, Found>();
      await Promise.all(
        [...Map.groupBy(all, ({ eventId }) => eventId)].map(async ([eventId, asked]) => {
          const userIds = new Set<number>();
          for (const one of asked) for (const userId of one.userIds) userIds.add(userId);
          found.set(eventId, await within(deadlineMilliseconds, read(eventId, [...userIds])));
        }),
      );
      return all.map(({ eventId }) => found.get(eventId) as Found);
    } finally {
      running--;
      leave();
    }
  }

  return new DataLoader(load, {
    cache: false,
    maxBatchSize: 1_000,
    batchScheduleFn: (dispatch) => {
      const pause = Math.max(0, askedAt + windowMilliseconds - performance.now());
      setTimeout(() => {
        waiting.push(dispatch);
        leave();
      }, pause);
    },
  });
}

/** Who of those asked about has a row, and of which kind, or that the database did not answer. */
export type Present = { kind: 'found'; rows: ReadonlyMap<number, Recorded['kind']> } | { kind: 'unknown' };

/** False also where it is not known. */
export function isIn(present: Present, userId: number): boolean {
  return present.kind === 'found' && present.rows.get(userId) === 'found';
}

const absent: Standing = { kind: 'absent' };

/** Look-ups of attendance. Ten thousand students asking at once are a few hundred queries. */
@Injectable()
export class AttendanceReader {
  private readonly logger = new Logger(AttendanceReader.name);
  private readonly recorded: DataLoader<Asked, Map<number, Recorded>>;
  private readonly present: DataLoader<Asked, Map<number, Recorded['kind']>>;
  private readonly brought: DataLoader<Asked, Map<number, AttendanceRow[]>>;

  constructor(repository: AttendanceRepository, @Inject(ENV) env: Env) {
    const { readMilliseconds } = batchIntervals(env);
    this.recorded = coalescedReads(readMilliseconds, (eventId, userIds) => repository.recorded(eventId, userIds));
    this.present = coalescedReads(readMilliseconds, (eventId, userIds) => repository.present(eventId, userIds));
    this.brought = coalescedReads(readMilliseconds, async (eventId, userIds) =>
      Map.groupBy(await repository.broughtBy(eventId, userIds), ({ checkedInBy }) => checkedInBy),
    );
  }

  /** Never rejects: a look-up that fails is `unknown`. */
  async standing(eventId: number, userId: number): Promise<Standing> {
    try {
      return (await this.recorded.load({ eventId, userIds: [userId] })).get(userId) ?? absent;
    } catch (error) {
      return this.unknown(error);
    }
  }

  /** Of those asked about, and perhaps of others asked about at the same time. Never rejects. */
  async presentOf(eventId: number, userIds: readonly number[]): Promise<Present> {
    if (userIds.length === 0) return { kind: 'found', rows: new Map() };
    try {
      return { kind: 'found', rows: await this.present.load({ eventId, userIds }) };
    } catch (error) {
      return this.unknown(error);
    }
  }

  /** One student’s standing and who of others is present: one look-up for both, as most who arrive have no row. Never rejects. */
  async arrival(
    eventId: number,
    userId: number,
    others: readonly number[] = [],
  ): Promise<{ standing: Standing; present: Present }> {
    const present = await this.presentOf(eventId, [userId, ...others]);
    if (present.kind === 'unknown') return { standing: present, present };
    return { standing: present.rows.has(userId) ? await this.standing(eventId, userId) : absent, present };
  }

  /**
   * Those whom this student checked in, in the order of their check-ins; the student too, if they did it themselves.
   * @throws whatever the database throws, or DatabaseLate
   */
  async broughtBy(eventId: number, userId: number): Promise<AttendanceRow[]> {
    const brought = (await this.brought.load({ eventId, userIds: [userId] })).get(userId) ?? [];
    return brought.sort((one, other) => one.checkedInAt - other.checkedInAt || one.userId - other.userId);
  }

  private unknown(error: unknown): { kind: 'unknown' } {
    // A database that is away is reported by those who write; anything else is a mistake of this code.
    if (!isUnavailable(error)) this.logger.error(error);
    return { kind: 'unknown' };
  }
}
