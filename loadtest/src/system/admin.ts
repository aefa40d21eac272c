import { z } from 'zod';
import {
  adminEvent,
  correctionResult,
  summary,
  type AdminEvent,
  type AttendanceLine,
  type AuditEntry,
  type ChangeLiveEvent,
  type Correction,
  type CorrectionResult,
  type Summary,
} from '@exco/contracts';
import { Fault } from '../terminal/fault.ts';

const minute = 60_000;
/** Entries in one answer; the contract allows no more. */
const auditPage = 1_000;
/** The import of a large roster takes its time. */
const answerWithinMilliseconds = 300_000;
/** Of the time before an opening: pages may get ready after so much of it. */
const preparesAfter = 0.4;

/** What a host can do through the API. */
export class Admin {
  private readonly url: string;
  private readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  /** An event that lasts for hours. @param opensIn milliseconds until check-in opens; null: it is live now */
  async createEvent(title: string, opensIn: number | null = null): Promise<AdminEvent> {
    const at = (minutes: number) => new Date(Date.now() + minutes * minute).toISOString();
    const opensAt = opensIn === null ? at(-10) : new Date(Date.now() + opensIn).toISOString();
    return this.ask('POST', '/events', adminEvent, {
      title,
      // Whoever has come by then could begin in this very moment.
      ...(opensIn !== null && { preparesAt: new Date(Date.now() + opensIn * preparesAfter).toISOString() }),
      opensAt,
      startsAt: opensIn === null ? at(-5) : opensAt,
      endsAt: at(240),
      closesAt: at(300),
      minimumKbps: 500,
    });
  }

  async changeEvent(eventId: number, change: ChangeLiveEvent): Promise<AdminEvent> {
    return this.ask('PATCH', `/events/${eventId}`, adminEvent, change);
  }

  async correct(eventId: number, correction: Correction): Promise<CorrectionResult> {
    return this.ask('POST', `/events/${eventId}/corrections`, correctionResult, correction);
  }

  /** The newest first. */
  async events(limit: number): Promise<AdminEvent[]> {
    return this.ask('GET', `/events?limit=${limit}`, z.array(adminEvent));
  }

  /** Asks for the deletion of an event that runs, which must be refused. @throws Fault when it is not */
  async deleteRunning(eventId: number): Promise<void> {
    const { status, text } = await this.answer('DELETE', `/events/${eventId}`);
    if (status !== 409 || !text.includes('EVENT_RUNNING'))
      throw new Fault(`the deletion of the running event ${eventId} was answered ${status}: ${text.slice(0, 300)}`);
  }

  /** One page of the audit, the newest first. @param before of an entry's id */
  async audit(eventId: number, before: number | null): Promise<AuditEntry[]> {
    const query = before === null ? '' : `&before=${before}`;
    return JSON.parse(await this.text('GET', `/events/${eventId}/audit?limit=${auditPage}${query}`)) as AuditEntry[];
  }

  async endEvent(eventId: number): Promise<void> {
    await this.ask('POST', `/events/${eventId}/end`, adminEvent, {});
  }

  async summary(eventId: number): Promise<Summary> {
    return this.ask('GET', `/events/${eventId}/summary`, summary);
  }

  /** The attendance report. It is as long as the event is large, so its form is taken on trust. */
  async attendance(eventId: number): Promise<AttendanceLine[]> {
    return JSON.parse(await this.text('GET', `/events/${eventId}/attendance`)) as AttendanceLine[];
  }

  /** Adds these students; nobody leaves the roster. @param csv in the roster format */
  async importRoster(csv: string): Promise<void> {
    await this.text('POST', '/roster?mode=merge', 'text/csv', csv);
  }

  private async text(method: string, path: string, contentType?: string, body?: string): Promise<string> {
    const { ok, status, text } = await this.answer(method, path, contentType, body);
    if (!ok) throw new Fault(`${method} /api/admin${path} was answered ${status}: ${text.slice(0, 300)}`);
    return text;
  }

  private async answer(
    method: string,
    path: string,
    contentType?: string,
    body?: string,
  ): Promise<{ ok: boolean; status: number; text: string }> {
    const answer = await fetch(`${this.url}/api/admin${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        // One that was kept may lead to a host that is gone.
        connection: 'close',
        ...(contentType ? { 'content-type': contentType } : {}),
      },
      signal: AbortSignal.timeout(answerWithinMilliseconds),
      ...(body === undefined ? {} : { body }),
    }).catch((error: unknown) => {
      throw new Fault(`${this.url} does not answer: ${String(error)}`);
    });
    return { ok: answer.ok, status: answer.status, text: await answer.text() };
  }

  private async ask<T>(method: string, path: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    const json = body === undefined ? [] : (['application/json', JSON.stringify(body)] as const);
    return schema.parse(JSON.parse(await this.text(method, path, ...json)));
  }
}
