import { Injectable, type StreamableFile } from '@nestjs/common';
import type { AdminAct, AdminActQuery, AuditEntry, AuditQuery } from '@exco/contracts';
import { LiveEvents } from '../../stream/events/live-events.ts';
import { keysetPages } from '../../infrastructure/database/keyset-pages.ts';
import { csvDownload } from '../../infrastructure/http/csv.ts';
import { AuditRepository, type AuditFilter, type AuditRecord } from './audit.repository.ts';
import { AuditTrail } from './audit-trail.ts';

const rowsPerPage = 1_000;
const ofNoEvent = 0;

const columns = [
  'id',
  'at',
  'kind',
  'outcome',
  'actor',
  'actorUsername',
  'user',
  'username',
  'ip',
  'userAgent',
  'reason',
  'before',
] as const;
type Line = Record<(typeof columns)[number], string | number | null>;

/** What was written down about an event. */
@Injectable()
export class AuditService {
  constructor(
    private readonly events: LiveEvents,
    private readonly repository: AuditRepository,
    private readonly trail: AuditTrail,
  ) {}

  /** @throws ApiError EVENT_NOT_FOUND */
  async list(eventId: number, { limit, ...filter }: AuditQuery): Promise<AuditEntry[]> {
    await this.events.find(eventId);
    await this.trail.flush();
    return (await this.repository.find(eventId, filter, limit)).map(entry);
  }

  /** All of it, page by page. @throws ApiError EVENT_NOT_FOUND */
  async csv(eventId: number, { limit: _, ...filter }: AuditQuery): Promise<StreamableFile> {
    await this.events.find(eventId);
    await this.trail.flush();
    return csvDownload(`audit-${eventId}`, columns, this.lines(eventId, filter));
  }

  /** What is of no event. */
  async acts({ limit, before }: AdminActQuery): Promise<AdminAct[]> {
    const records = await this.repository.find(ofNoEvent, before === undefined ? {} : { before }, limit);
    return records.map((record) => ({
      id: record.id,
      at: record.at.toISOString(),
      kind: record.kind as AdminAct['kind'],
      userId: record.userId === 0 ? null : record.userId,
      reason: record.reason,
      before: record.before === null ? null : (JSON.parse(record.before) as unknown),
      ip: record.ip ?? '',
      userAgent: record.userAgent ?? '',
    }));
  }

  private async *lines(eventId: number, filter: AuditFilter): AsyncGenerator<Line[]> {
    const pages = keysetPages(
      filter.before,
      (before) => this.repository.find(eventId, { ...filter, before }, rowsPerPage),
      ({ id }) => id,
    );
    for await (const page of pages) yield page.map(line);
  }
}

function entry(record: AuditRecord): AuditEntry {
  return {
    id: record.id,
    at: record.at.toISOString(),
    kind: record.kind as AuditEntry['kind'],
    outcome: record.outcome,
    actor:
      record.actorId === null
        ? null
        : { id: record.actorId, username: record.actorUsername ?? '', displayName: record.actorName ?? '' },
    user: { id: record.userId, username: record.username ?? '', displayName: record.displayName ?? '' },
    ip: record.ip ?? '',
    userAgent: record.userAgent ?? '',
    reason: record.reason,
    before: record.before === null ? null : (JSON.parse(record.before) as unknown),
  };
}

function line(record: AuditRecord): Line {
  return {
    id: record.id,
    at: record.at.toISOString(),
    kind: record.kind,
    outcome: record.outcome,
    actor: record.actorId === null ? 'an admin' : record.actorName,
    actorUsername: record.actorUsername,
    user: record.displayName,
    username: record.username,
    ip: record.ip ?? '',
    userAgent: record.userAgent ?? '',
    reason: record.reason,
    before: record.before,
  };
}
