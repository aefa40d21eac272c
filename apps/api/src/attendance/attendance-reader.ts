import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { within } from '../platform/database-errors.ts';
import type { Stored } from './attendance-rows.ts';
import { AttendanceRepository } from './attendance.repository.ts';

/** Queries at the same time, for each kind of look-up. While they run, the next batch grows. */
const mostAtOnce = 2;
const patienceMilliseconds = 2_000;

interface Key {
  eventId: number;
  userId: number;
}

type Read<Result> = (eventId: number, userIds: number[]) => Promise<Map<number, Result>>;

/** A loader that asks once for all who asked in the meantime, and remembers nothing. */
function coalescedReads<Result>(read: Read<Result>): DataLoader<Key, Result | null> {
  let running = 0;
  let waiting: (() => void) | null = null;

  async function load(keys: readonly Key[]): Promise<(Result | null)[]> {
    running++;
    try {
      const byEvent = Map.groupBy(keys, (key) => key.eventId);
      const found = new Map<number, Map<number, Result>>();
      await Promise.all(
        [...byEvent].map(async ([eventId, all]) => {
          const userIds = [...new Set(all.map((key) => key.userId))];
          found.set(eventId, await within(patienceMilliseconds, read(eventId, userIds)));
        }),
      );
      return keys.map(({ eventId, userId }) => found.get(eventId)?.get(userId) ?? null);
    } finally {
      running--;
      const next = waiting;
      waiting = null;
      next?.();
    }
  }

  return new DataLoader(load, {
    cache: false,
    maxBatchSize: 5_000,
    batchScheduleFn: (dispatch) => {
      if (running < mostAtOnce) setImmediate(dispatch);
      else {
        const before = waiting;
        waiting = () => {
          before?.();
          dispatch();
        };
      }
    },
  });
}

/** What the database says of attendance. Ten thousand students asking at once are a few hundred queries. */
@Injectable()
export class AttendanceReader {
  private readonly attendances: DataLoader<Key, Stored | 'revoked' | null>;
  private readonly companions: DataLoader<Key, { userId: number; stored: Stored }[] | null>;

  constructor(repository: AttendanceRepository) {
    this.attendances = coalescedReads((eventId, userIds) => repository.of(eventId, userIds));
    this.companions = coalescedReads(async (eventId, userIds) =>
      Map.groupBy(await repository.broughtBy(eventId, userIds), ({ stored }) => stored[1]),
    );
  }

  async attendance(eventId: number, userId: number): Promise<Stored | null> {
    const found = await this.standing(eventId, userId);
    return found === 'revoked' ? null : found;
  }

  /** As `attendance`; `revoked` when an admin took it back: then no receipt stands for it either. */
  async standing(eventId: number, userId: number): Promise<Stored | 'revoked' | null> {
    return this.attendances.load({ eventId, userId });
  }

  /** Who of these is checked in. */
  async checkedIn(eventId: number, userIds: readonly number[]): Promise<Set<number>> {
    const found = await Promise.all(userIds.map((userId) => this.attendance(eventId, userId)));
    return new Set(userIds.filter((_, index) => found[index]));
  }

  /** Those whom this student checked in, in the order of their check-ins; the student too, if they did it themselves. */
  async broughtBy(eventId: number, userId: number): Promise<{ userId: number; stored: Stored }[]> {
    const brought = (await this.companions.load({ eventId, userId })) ?? [];
    return brought.sort((one, other) => one.stored[0] - other.stored[0] || one.userId - other.userId);
  }
}
