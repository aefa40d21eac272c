import { StackError } from '@exco/local-stack';

const patienceMilliseconds = 15_000;

/** The deployment as it is reached from here. */
export class Site {
  readonly url: string;
  private readonly adminToken: string;

  constructor(url: string, adminToken: string) {
    this.url = url;
    this.adminToken = adminToken;
  }

  /** @throws StackError where nothing answers */
  async ask(path: string, asked: RequestInit = {}): Promise<Response> {
    const request = { ...asked, signal: AbortSignal.timeout(patienceMilliseconds) };
    return fetch(`${this.url}${path}`, request).catch((error: unknown) => {
      const { message, cause } = error as Error;
      throw new StackError(`${path} is not answered: ${cause instanceof Error ? cause.message : message}`, {
        cause: error,
      });
    });
  }

  async asAdmin(method: string, path: string, body?: string | object): Promise<Response> {
    const authorization = `Bearer ${this.adminToken}`;
    if (body === undefined) return this.ask(`/api/admin${path}`, { method, headers: { authorization } });
    const isFile = typeof body === 'string';
    return this.ask(`/api/admin${path}`, {
      method,
      headers: { authorization, 'content-type': isFile ? 'text/csv' : 'application/json' },
      body: isFile ? body : JSON.stringify(body),
    });
  }

  /** What an admin’s request must give. @throws StackError with what was answered instead */
  async mustAsAdmin(method: string, path: string, body?: string | object): Promise<unknown> {
    const answer = await this.asAdmin(method, path, body);
    const text = await answer.text();
    if (!answer.ok)
      throw new StackError(`${method} /api/admin${path} was answered ${answer.status}: ${text.slice(0, 300)}`);
    return answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text;
  }
}
