import { appendFileSync } from 'node:fs';
import request from 'supertest';
import type { ZodType } from 'zod';
import { errorAnswersFile } from './env.ts';

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  setCookies: string[];
  /** The body of a JSON answer, else undefined. */
  json: unknown;
  /** The body of any other answer. */
  bytes: Buffer | null;
  text: string;
  /** The body, held against its schema in the contract. */
  as: <T>(schema: ZodType<T>) => T;
}

type Method = 'get' | 'post' | 'patch' | 'put' | 'delete';

interface Browser {
  cookies: Map<string, string>;
  heard: string[];
}

/** Somebody with a browser: keeps cookies, and whatever the server said. */
export class ApiClient {
  constructor(
    readonly url: string,
    private readonly browser: Browser = { cookies: new Map(), heard: [] },
    private readonly headers: Record<string, string> = {},
  ) {}

  /** The same browser, led to another process. */
  at(url: string): ApiClient {
    return new ApiClient(url, this.browser, this.headers);
  }

  /** Every answer and frame so far, headers included. */
  get heard(): string[] {
    return this.browser.heard;
  }

  get cookieHeader(): string {
    return [...this.browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  setCookie(name: string, value: string): this {
    this.browser.cookies.set(name, value);
    return this;
  }

  cookie(name: string): string | undefined {
    return this.browser.cookies.get(name);
  }

  forgetCookies(): void {
    this.browser.cookies.clear();
  }

  get(path: string): Promise<Answer> {
    return this.send('get', path);
  }

  post(path: string, body?: object): Promise<Answer> {
    return this.send('post', path, JSON.stringify(body ?? {}));
  }

  patch(path: string, body: object): Promise<Answer> {
    return this.send('patch', path, JSON.stringify(body));
  }

  delete(path: string): Promise<Answer> {
    return this.send('delete', path);
  }

  /** A body as it is, malformed or not. */
  async send(method: Method, path: string, body?: string, type = 'application/json'): Promise<Answer> {
    const call = request(this.url)[method](path).set(this.headers);
    if (this.browser.cookies.size > 0) call.set('cookie', this.cookieHeader);
    const received = await (body === undefined ? call : call.set('content-type', type).send(body));
    const { status, text } = received;
    const parsed: unknown = received.body;
    const { 'set-cookie': setCookies = [], ...headers } = received.headers as Record<string, string> & {
      'set-cookie'?: string[];
    };
    for (const line of setCookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value) this.browser.cookies.set(name, value);
      else this.browser.cookies.delete(name);
    }
    const json: unknown = headers['content-type']?.startsWith('application/json') ? parsed : undefined;
    if (status >= 400) appendFileSync(errorAnswersFile(), `${JSON.stringify([headers, setCookies])} ${text}\n`);
    this.browser.heard.push(`${JSON.stringify([headers, setCookies])} ${text}`);
    return {
      status,
      headers,
      setCookies,
      json,
      bytes: Buffer.isBuffer(parsed) ? parsed : null,
      text,
      as: (schema) => schema.parse(json),
    };
  }
}
