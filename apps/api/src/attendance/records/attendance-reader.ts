import { Inject, Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { within } from '../../infrastructure/database/failures.ts';
import { ENV, type Env } from '../../infrastructure/config/env.ts';
import type { Stored } from './attendance-rows.ts';
import { AttendanceRepository } from './attendance.repository.ts';
import { batchIntervals } from './batch-intervals.ts';

/** Queries at the same time, for each kind of look-up. Meanwhile the next batch grows. */
const mostAtOnce = 2;
const patienceMilliseconds = 2_000;

interface Asked {
  eventId: number;
  userIds: readonly number[];
}

type Read<Found> = (eventId: number, userIds: number[]) => Promise<Found>;

/** A loader that asks once for all who asked in the meantime, gives each of them all that was found, and remembers nothing. */
function coalescedReads<Found>(windowMilliseconds: number, read: Read<Found>): DataLoader<Asked, Found> {
  let running = 0;
  let askedAt = -Infinity;
  const waiting: (() => void)[] = [];

  async function load(all: readonly Asked[]): Promise<Found[]> {
    running++;
    askedAt = performance.now();
    try {
      const found = new Map<number, Found>();
      await Promise.all(
        [...Map.groupBy(all, ({ eventId }) => eventId)].map(async ([eventId, asked]) => {
          const userIds = new Set<number>();
          for (const one of asked) for (const userId of one.userIds) userIds.add(userId);
          found.set(eventId, await within(patienceMilliseconds, read(eventId, [...userIds])));
        }),
      );
      return all.map(({ eventId }) => found.get(eventId) as Found);
    } finally {
      running--;
      waiting.shift()?.();
    }
  }

  return new DataLoader(load, {
    cache: false,
    maxBatchSize: 1_000,
    batchScheduleFn: (dispatch) => {
      if (running >= mostAtOnce) waiting.push(dispatch);
      else setTimeout(dispatch, Math.max(0, askedAt + windowMilliseconds - performance.now()));
    },
  });
}

/** What the database says of attendance. Ten thousand students asking at once are a few hundred queries. */
@Injectable()
export class AttendanceReader {
  private readonly attendances: DataLoader<Asked, Map<number, Stored | 'revoked'>>;
  private readonly present: DataLoader<Asked, Set<number>>;
  private readonly companions: DataLoader<Asked, Map<number, { userId: number; stored: Stored }[]>>;

  constructor(repository: AttendanceRepository, @Inject(ENV) env: Env) {
    const { readMilliseconds } = batchIntervals(env);
    this.attendances = coalescedReads(readMilliseconds, (eventId, userIds) => repository.of(eventId, userIds));
    this.present = coalescedReads(readMilliseconds, (eventId, userIds) => repository.present(eventId, userIds));
    this.companions = coalescedReads(readMilliseconds, async (eventId, userIds) =>
      Map.groupBy(await repository.broughtBy(eventId, userIds), ({ stored }) => stored[1]),
    );
  }

  /** `revoked` when an admin took it back: then no receipt stands for it either. */
  async standing(eventId: number, userId: number): Promise<Stored | 'revoked' | null> {
    return (await this.attendances.load({ eventId, userIds: [userId] })).get(userId) ?? null;
  }

  /** Who is checked in: at least of these whoever is, and of others perhaps. */
  async checkedIn(eventId: number, userIds: readonly number[]): Promise<ReadonlySet<number>> {
    return userIds.length === 0 ? new Set() : this.present.load({ eventId, userIds });
  }

  /** Those whom this student checked in, in the order of their check-ins; the student too, if they did it themselves. */
  async broughtBy(eventId: number, userId: number): Promise<{ userId: number; stored: Stored }[]> {
    const brought = (await this.companions.load({ eventId, userIds: [userId] })).get(userId) ?? [];
    return brought.sort((one, other) => one.stored[0] - other.stored[0] || one.userId - other.userId);
  }
}
