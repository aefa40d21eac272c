import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, LessThanOrEqual, MoreThan, Repository, type EntityManager } from 'typeorm';
import { LiveEvent, LiveEventCounter } from '@exco/persistence';

export type LiveEventFields = Omit<
  LiveEvent,
  'id' | 'revision' | 'deletedAt' | 'addressesRemovedAt' | 'auditRemovedAt'
>;

/** An event without anything written yet has no counter in some restored backups; then nobody is there. */
export type ListedEvent = LiveEvent & { counter: LiveEventCounter | null };

const closedInMemory = 50;

/** The SQL of events. */
@Injectable()
export class LiveEventRepository {
  constructor(@InjectRepository(LiveEvent) private readonly events: Repository<LiveEvent>) {}

  async revision(): Promise<number> {
    const [row] = await this.events.query<{ revision: number }[]>(
      'SELECT revision FROM live_events_revision WHERE id = 1',
    );
    return row?.revision ?? 0;
  }

  /** All that have not closed, and those that closed last: with every year that passes there are no more of them. */
  async current(now: Date): Promise<LiveEvent[]> {
    const isThere = { deletedAt: IsNull() };
    const [around, closed] = await Promise.all([
      this.events.find({ where: { ...isThere, closesAt: MoreThan(now) } }),
      this.events.find({
        where: { ...isThere, closesAt: LessThanOrEqual(now) },
        order: { closesAt: 'DESC', id: 'DESC' },
        take: closedInMemory,
      }),
    ]);
    return [...around, ...closed];
  }

  async one(id: number): Promise<LiveEvent | null> {
    return this.events.findOne({ where: { id, deletedAt: IsNull() } });
  }

  /** All that have not closed, with their counters. */
  async listedAround(now: Date): Promise<ListedEvent[]> {
    return (await this.listed().andWhere('event.closesAt > :now', { now }).getMany()) as ListedEvent[];
  }

  /**
   * A page of those that have closed, with their counters, the last to close first.
   * @param beforeId only what comes after this event in that order
   */
  async listedClosed(now: Date, beforeId: number | undefined, limit: number | undefined): Promise<ListedEvent[]> {
    const query = this.listed()
      .andWhere('event.closesAt <= :now', { now })
      .orderBy('event.closesAt', 'DESC')
      .addOrderBy('event.id', 'DESC')
      .limit(limit);
    if (beforeId !== undefined) {
      // Not as a comparison of pairs, for which no server uses the key.
      const closesAt =
        '(SELECT cursor_event.closes_at FROM live_events cursor_event WHERE cursor_event.id = :beforeId)';
      query
        .andWhere(`event.closesAt <= ${closesAt}`, { beforeId })
        .andWhere(`(event.closesAt < ${closesAt} OR event.id < :beforeId)`);
    }
    return (await query.getMany()) as ListedEvent[];
  }

  private listed() {
    return this.events
      .createQueryBuilder('event')
      .leftJoinAndMapOne('event.counter', LiveEventCounter, 'counter', 'counter.liveEventId = event.id')
      .where('event.deletedAt IS NULL');
  }

  /** The event and its counter, which the check-in transaction expects to find. */
  async create(fields: LiveEventFields): Promise<LiveEvent> {
    return this.events.manager.transaction(async (manager) => {
      const revision = await this.nextRevision(manager);
      const event = await manager.save(LiveEvent, manager.create(LiveEvent, { ...fields, revision }));
      await manager.insert(LiveEventCounter, { liveEventId: event.id });
      return event;
    });
  }

  /**
   * Changes an event by what stands in the database at that moment, not by what this process remembers.
   * @param decide is given the event under lock; null or nothing to change leaves it as it is
   * @returns the event as it stands afterwards; null when there is none
   */
  async change(
    id: number,
    decide: (event: LiveEvent) => Partial<LiveEventFields> | null,
  ): Promise<{ event: LiveEvent; changed: boolean } | null> {
    return this.events.manager.transaction(async (manager) => {
      const revision = await this.nextRevision(manager);
      const event = await manager.findOne(LiveEvent, {
        where: { id, deletedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!event) return null;
      const change = decide(event);
      if (!change || Object.keys(change).length === 0) return { event, changed: false };
      await manager.update(LiveEvent, id, { ...change, revision });
      return { event: Object.assign(event, change, { revision }), changed: true };
    });
  }

  /**
   * Hides an event from everybody; what is kept of it can go afterwards.
   * @param mayGo is given the event under lock
   * @param also what belongs into the same transaction
   */
  async hide(
    id: number,
    mayGo: (event: LiveEvent) => boolean,
    also: (manager: EntityManager, event: LiveEvent) => Promise<void>,
  ): Promise<'hidden' | 'refused' | 'absent'> {
    return this.events.manager.transaction(async (manager) => {
      const revision = await this.nextRevision(manager);
      const event = await manager.findOne(LiveEvent, {
        where: { id, deletedAt: IsNull() },
        lock: { mode: 'pessimistic_write' },
      });
      if (!event) return 'absent';
      if (!mayGo(event)) return 'refused';
      await manager.update(LiveEvent, id, { deletedAt: new Date(), revision });
      await also(manager, event);
      return 'hidden';
    });
  }

  /**
   * The row stays locked until the transaction ends: revisions are committed in their order, so that whoever has seen
   * one has seen all before it.
   */
  private async nextRevision(manager: EntityManager): Promise<number> {
    await manager.query('UPDATE live_events_revision SET revision = revision + 1 WHERE id = 1');
    const [row] = await manager.query<{ revision: number }[]>('SELECT revision FROM live_events_revision WHERE id = 1');
    if (!row) throw new Error('live_events_revision is empty: the migrations did not run');
    return row.revision;
  }
}
