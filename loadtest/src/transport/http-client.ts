import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './answer-reader.ts';
import type { Target } from './dial.ts';
import { HttpConnection, NoAnswer, StaleConnection } from './http-connection.ts';

/** As many as a browser opens to one host for HTTP/1.1. */
const mostConnections = 6;

export type Method = 'GET' | 'POST';

/** What Chromium sends with every request of a page; the system has to read all of it. */
function headersOf(target: Target): string {
  const origin = `${target.secure ? 'https' : 'http'}://${target.authority}`;
  return [
    `Host: ${target.authority}`,
    'Connection: keep-alive',
    'sec-ch-ua-platform: "Linux"',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
    'sec-ch-ua: "Chromium";v="142", "Not_A Brand";v="99"',
    'sec-ch-ua-mobile: ?0',
    'Accept: */*',
    'Sec-Fetch-Site: same-origin',
    'Sec-Fetch-Mode: cors',
    'Sec-Fetch-Dest: empty',
    `Referer: ${origin}/`,
    // No answer of the API is compressed; a proxy in front must not make the generator unpack.
    'Accept-Encoding: identity',
    'Accept-Language: en-US,en;q=0.9',
    '',
  ].join('\r\n');
}

const headersByTarget = new Map<Target, string>();

/** One student's client: its cookies, and connections that are kept alive until the server closes them. */
export class HttpClient {
  private readonly target: Target;
  private readonly localAddress: string | undefined;
  private readonly headers: string;
  private readonly cookies = new Map<string, string>();
  private cookieLine = '';
  private readonly connections: HttpConnection[] = [];

  constructor(target: Target, localAddress: string | undefined) {
    this.target = target;
    this.localAddress = localAddress;
    let headers = headersByTarget.get(target);
    if (headers === undefined) headersByTarget.set(target, (headers = headersOf(target)));
    this.headers = headers;
  }

  get cookieHeader(): string {
    return this.cookieLine;
  }

  /**
   * @param sentAgain called when the request leaves a second time: the server may have carried out the first
   * @throws NoAnswer
   */
  async ask(
    method: Method,
    path: string,
    body: string | null,
    { countOnly = false, sentAgain }: { countOnly?: boolean; sentAgain?: () => void } = {},
  ): Promise<Answer> {
    const text = this.request(method, path, body);
    const answer = await this.send(text, countOnly, sentAgain);
    if (answer.cookies.length > 0) this.keepCookies(answer.cookies);
    return answer;
  }

  /** Sends on a connection of its own, and closes that after a while, whatever has come back. */
  async abandon(method: Method, path: string, body: string | null, afterMilliseconds: number): Promise<void> {
    const connection = new HttpConnection(this.target, this.localAddress, () => undefined);
    const answer = connection.ask(this.request(method, path, body), true).catch(() => undefined);
    await sleep(afterMilliseconds);
    connection.close();
    await answer;
  }

  close(): void {
    for (const connection of this.connections) connection.close();
  }

  /** A kept connection may have been closed by the server a moment ago; a browser then takes a new one, unseen. */
  private async send(text: string, countOnly: boolean, sentAgain?: () => void): Promise<Answer> {
    try {
      return await this.free().ask(text, countOnly);
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      sentAgain?.();
    }
    return this.open().ask(text, countOnly);
  }

  private free(): HttpConnection {
    return this.connections.find((connection) => !connection.busy) ?? this.open();
  }

  private open(): HttpConnection {
    if (this.connections.length >= mostConnections) throw new NoAnswer('six requests at once');
    const connection = new HttpConnection(this.target, this.localAddress, () => {
      this.connections.splice(this.connections.indexOf(connection), 1);
    });
    this.connections.push(connection);
    return connection;
  }

  private request(method: Method, path: string, body: string | null): string {
    const origin =
      method === 'GET' ? '' : `Origin: ${this.target.secure ? 'https' : 'http'}://${this.target.authority}\r\n`;
    const head = `${method} ${path} HTTP/1.1\r\n${this.headers}${origin}${this.cookieLine ? `Cookie: ${this.cookieLine}\r\n` : ''}`;
    if (body === null) return `${head}\r\n`;
    return `${head}Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  }

  private keepCookies(cookies: string[]): void {
    for (const cookie of cookies) {
      const equals = cookie.indexOf('=');
      this.cookies.set(cookie.slice(0, equals), cookie.slice(equals + 1));
    }
    this.cookieLine = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }
}
