import type { z } from 'zod';
import { mayPass, retryDelay } from '@exco/page-rules';
import type { Step } from '../metrics/latency.ts';
import type { Random } from '../plan/random.ts';
import type { Answer } from '../transport/answer-reader.ts';
import { HttpClient, type Method } from '../transport/http-client.ts';
import { NoAnswer } from '../transport/http-connection.ts';
import { pause } from './pause.ts';
import { now, type UserContext } from './context.ts';

export interface Question<Body> {
  step: Step;
  method: Method;
  path: string;
  body?: object;
  /** When a student whom nothing holds up would have asked, milliseconds since 1970: latency counts from here. */
  intendedAt: number;
  /** In all; the page's own figure for this call. */
  tries: number;
  schema: z.ZodType<Body>;
  /** Further statuses that are part of the plan. */
  alsoFine?: number[];
  /** Told of each try. `body` is null for an error, `status` 0 when no answer came. */
  tried?: (sentAt: number, answeredAt: number, status: number, body: Body | null) => void;
}

export interface Reply<Body> {
  status: number;
  /** Null for one of `alsoFine`. */
  body: Body | null;
}

/** The page has told the student that it does not work. It is recorded already. */
export class GaveUp extends Error {
  override readonly name = 'GaveUp';
}

/** What a student's page asks of the server, with the page's own rules for trying again. */
export class Page {
  readonly client: HttpClient;
  private readonly context: UserContext;
  private readonly random: Random;
  private closed = false;

  constructor(context: UserContext, index: number, random: Random) {
    this.context = context;
    this.random = random;
    this.client = new HttpClient(context.target, context.localAddress(index));
  }

  close(): void {
    this.closed = true;
    this.client.close();
  }

  /** @throws GaveUp */
  async ask<Body>(question: Question<Body>): Promise<Reply<Body>> {
    const { recorder } = this.context;
    const { step, method, path, intendedAt, tries } = question;
    const text = question.body ? JSON.stringify(question.body) : null;
    for (let attempt = 1; ; attempt++) {
      const sentAt = Date.now();
      const answer = await this.once(step, method, path, text, {
        sentAgain: () => question.tried?.(sentAt, 0, 0, null),
      });
      const status = answer?.status ?? 0;
      const body = answer && status < 300 ? this.read(question, answer) : null;
      question.tried?.(sentAt, answer ? Date.now() : 0, status, body);
      if (answer && !mayPass(status)) {
        recorder.latency(step, now() - intendedAt);
        if (status < 300 || question.alsoFine?.includes(status)) return { status, body };
        recorder.error(`${step}: ${status}`, `${method} ${path}: ${answer.body.slice(0, 300)}`);
        throw new GaveUp(step);
      }
      if (status === 503) recorder.count('busy');
      if (status === 500) recorder.error(`${step}: 500`, `${method} ${path}: ${answer?.body.slice(0, 300) ?? ''}`);
      this.throwIfClosed(step);
      if (attempt >= tries) {
        recorder.latency(step, now() - intendedAt);
        recorder.error(`${step}: given up`, `${method} ${path} after ${tries} tries, the last one answered ${status}`);
        throw new GaveUp(step);
      }
      await pause(retryDelay((answer?.retryAfterSeconds ?? 0) * 1_000, attempt, this.random));
      this.throwIfClosed(step);
    }
  }

  /** Sends a request, and closes its connection after a while without reading the answer. */
  async abandon(path: string, body: object, afterMilliseconds: number): Promise<void> {
    this.context.recorder.count('requests');
    await this.client.abandon('POST', path, JSON.stringify(body), afterMilliseconds);
  }

  /** One image of the connection test. @param waits has come before check-in opened @throws GaveUp */
  async image(kilobytes: number, waits: boolean, intendedAt: number): Promise<Pick<Answer, 'pieces' | 'serverTiming'>> {
    const step = 'connection test';
    const path = `/api/connection-test/${kilobytes}?${Math.floor(this.random() * 2 ** 48)}`;
    const answer = await this.once(step, 'GET', path, null, { countOnly: true });
    if (!answer || answer.status !== 200) {
      if (answer?.status === 503) this.context.recorder.count('busy');
      else if (answer) this.context.recorder.error(`${step}: ${answer.status}`, path);
      throw new GaveUp(step);
    }
    this.context.recorder.latency(step, now() - intendedAt);
    this.context.recorder.image(answer.bytes, waits);
    return answer;
  }

  /** @throws GaveUp */
  private throwIfClosed(step: Step): void {
    if (this.closed) throw new GaveUp(step);
  }

  private async once(
    step: Step,
    method: Method,
    path: string,
    text: string | null,
    how: { countOnly?: boolean; sentAgain?: () => void },
  ): Promise<Answer | null> {
    const { recorder } = this.context;
    recorder.count('requests');
    try {
      const answer = await this.client.ask(method, path, text, how);
      recorder.received(answer.bytes);
      return answer;
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const { cutsExpected, databaseIsSlow } = this.context.behaviour;
      if (!this.closed && !cutsExpected && !databaseIsSlow)
        recorder.error(`${step}: no answer`, `${method} ${path}: ${error.message}`);
      return null;
    }
  }

  private read<Body>({ step, schema }: Question<Body>, { body }: Answer): Body | null {
    try {
      const parsed = JSON.parse(body) as Body;
      if (this.context.isSampled()) schema.parse(parsed);
      return parsed;
    } catch (error) {
      this.context.recorder.error(`${step}: not what the contract says`, String(error).slice(0, 300));
      return null;
    }
  }
}
