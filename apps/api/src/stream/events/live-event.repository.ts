import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { LiveEvent, LiveEventCounter } from '@exco/persistence';

export type LiveEventFields = Omit<LiveEvent, 'id'>;

@Injectable()
export class LiveEventRepository {
  constructor(@InjectRepository(LiveEvent) private readonly events: Repository<LiveEvent>) {}

  async all(): Promise<LiveEvent[]> {
    return this.events.find();
  }

  /** The event and its counter, which the check-in transaction expects to find. */
  async create(fields: LiveEventFields): Promise<LiveEvent> {
    return this.events.manager.transaction(async (manager) => {
      const event = await manager.save(LiveEvent, manager.create(LiveEvent, fields));
      await manager.insert(LiveEventCounter, { liveEventId: event.id });
      return event;
    });
  }

  async change(id: number, fields: Partial<LiveEventFields>): Promise<void> {
    if (Object.keys(fields).length > 0) await this.events.update(id, fields);
  }
}
