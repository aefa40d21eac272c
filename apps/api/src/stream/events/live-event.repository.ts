import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository, type EntityManager } from 'typeorm';
import { LiveEvent, LiveEventCounter } from '@exco/persistence';

export type LiveEventFields = Omit<LiveEvent, 'id' | 'revision'>;

/** The SQL of events. */
@Injectable()
export class LiveEventRepository {
  constructor(@InjectRepository(LiveEvent) private readonly events: Repository<LiveEvent>) {}

  async all(): Promise<LiveEvent[]> {
    return this.events.find();
  }

  /** What was made or changed after this revision. */
  async changedAfter(revision: number): Promise<LiveEvent[]> {
    return this.events.find({ where: { revision: MoreThan(revision) }, order: { revision: 'ASC' } });
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
      const event = await manager.findOne(LiveEvent, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!event) return null;
      const change = decide(event);
      if (!change || Object.keys(change).length === 0) return { event, changed: false };
      await manager.update(LiveEvent, id, { ...change, revision });
      return { event: Object.assign(event, change, { revision }), changed: true };
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
