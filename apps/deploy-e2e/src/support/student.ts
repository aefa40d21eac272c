import { WebSocket } from 'ws';
import { adminEvent, liveMessage, type AdminEvent, type LiveMessage } from '@exco/contracts';
import { aLiveEvent } from '@exco/testing';

const json = { 'content-type': 'application/json' };

/** What a host does, at any address of the site. */
export async function planEvent(url: string, adminToken: string): Promise<AdminEvent> {
  const answer = await fetch(`${url}/api/admin/events`, {
    method: 'POST',
    headers: { ...json, authorization: `Bearer ${adminToken}` },
    body: JSON.stringify(aLiveEvent('live')),
  });
  if (answer.status !== 201) throw new Error(`an event was answered ${answer.status} ${await answer.text()}`);
  return adminEvent.parse(await answer.json());
}

/** A student with a browser, as far as the API sees one. */
export class Student {
  private constructor(
    readonly url: string,
    readonly digits: string,
    /** As the site set it. */
    readonly setCookie: string,
  ) {}

  static async signIn(url: string, username: string): Promise<Student> {
    const answer = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ username }),
    });
    if (answer.status !== 200) throw new Error(`sign-in was answered ${answer.status} ${await answer.text()}`);
    const [cookie = ''] = answer.headers.getSetCookie();
    return new Student(url, username.slice(-4), cookie);
  }

  private get cookie(): string {
    return this.setCookie.split(';', 1)[0] ?? '';
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { headers: { ...headers, cookie: this.cookie } });
  }

  checkIn(eventId: number, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${this.url}/api/events/${eventId}/check-ins`, {
      method: 'POST',
      headers: { ...json, ...headers, cookie: this.cookie },
      body: JSON.stringify({ digits: this.digits, classmates: [], connection: { kbps: 4_000, bytes: 192_000 } }),
    });
  }

  async watch(eventId: number): Promise<Watching> {
    const address = `${this.url.replace('http', 'ws')}/api/live?eventId=${eventId}`;
    const socket = new WebSocket(address, { headers: { cookie: this.cookie, origin: this.url } });
    const watching = new Watching(socket);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    return watching;
  }
}

/** An open live connection, and what was said on it. */
export class Watching {
  readonly messages: LiveMessage[] = [];

  constructor(private readonly socket: WebSocket) {
    socket.on('message', (raw: Buffer) => this.messages.push(liveMessage.parse(JSON.parse(raw.toString()))));
    socket.on('error', () => undefined);
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** The last total that was told. */
  get checkedIn(): number | undefined {
    return this.messages.findLast((message) => message.type === 'counts')?.checkedIn;
  }

  close(): void {
    this.socket.terminate();
  }
}
