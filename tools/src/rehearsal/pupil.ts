import { once } from 'node:events';
import { WebSocket } from 'ws';
import { liveMessage, session, type LiveMessage } from '@exco/contracts';
import { StackError } from '@exco/local-stack';
import { kbps } from '@exco/page-rules';
import type { Site } from './site.ts';

const json = { 'content-type': 'application/json' };

/** A student of the rehearsal, as far as the site sees one. */
export class Pupil {
  /** `Set-Cookie` lines of the sign-in. */
  readonly cookies: string[];
  private readonly site: Site;
  private readonly username: string;

  private constructor(site: Site, username: string, cookies: string[]) {
    this.site = site;
    this.username = username;
    this.cookies = cookies;
  }

  /** By username, or where only links are let in by the student's own of this event. @throws StackError */
  static async signIn(site: Site, username: string, eventId: number): Promise<Pupil> {
    const post = (body: object) =>
      site.ask('/api/session', { method: 'POST', headers: json, body: JSON.stringify(body) });
    let answer = await post({ username });
    if (answer.status === 403) {
      const links = String(await site.mustAsAdmin('POST', `/events/${eventId}/join-links`));
      const [, token = ''] = new RegExp(`^${username},.*#(\\S+)`, 'm').exec(links) ?? [];
      answer = await post({ token });
    }
    if (!answer.ok)
      throw new StackError(`The sign-in of a student was answered ${answer.status}: ${await answer.text()}`);
    session.parse(await answer.json());
    return new Pupil(site, username, answer.headers.getSetCookie());
  }

  private get cookie(): string {
    return this.cookies.map((line) => line.split(';', 1)[0]).join('; ');
  }

  async get(path: string): Promise<Response> {
    return this.site.ask(path, { headers: { cookie: this.cookie } });
  }

  async checkIn(eventId: number, measured: { kbps: number; bytes: number }): Promise<Response> {
    return this.post(`/api/events/${eventId}/check-ins`, {
      digits: this.username.slice(-4),
      classmates: [],
      connection: measured,
    });
  }

  async checkOut(eventId: number, userIds: number[]): Promise<Response> {
    return this.post(`/api/events/${eventId}/check-outs`, { userIds });
  }

  /** The speed of the line from here, by one image of the connection test. */
  async measure(): Promise<{ kbps: number; bytes: number }> {
    const from = performance.now();
    const answer = await this.get('/api/connection-test/256');
    const bytes = (await answer.arrayBuffer()).byteLength;
    if (!answer.ok) throw new StackError(`A test image was answered ${answer.status}.`);
    return { kbps: Math.round(kbps({ bytes, milliseconds: performance.now() - from })), bytes };
  }

  watch(eventId: number): Watching {
    const address = `${this.site.url.replace('http', 'ws')}/api/live?eventId=${eventId}`;
    return new Watching(new WebSocket(address, { headers: { cookie: this.cookie, origin: this.site.url } }));
  }

  private async post(path: string, body: object): Promise<Response> {
    return this.site.ask(path, {
      method: 'POST',
      headers: { ...json, cookie: this.cookie },
      body: JSON.stringify(body),
    });
  }
}

const openWithinMilliseconds = 10_000;

/** A live connection, and what came on it. */
export class Watching {
  readonly messages: LiveMessage[] = [];
  private readonly socket: WebSocket;
  private fault: string | null = null;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (raw: Buffer) => this.messages.push(liveMessage.parse(JSON.parse(raw.toString()))));
    socket.on('error', ({ message }) => (this.fault ??= message));
    socket.on('close', (code) => (this.fault ??= `it was closed with code ${code}`));
  }

  /** @returns null once it is open, else why it is not */
  async opened(): Promise<string | null> {
    const signal = AbortSignal.timeout(openWithinMilliseconds);
    await once(this.socket, 'open', { signal }).catch(() => undefined);
    return this.isOpen ? null : (this.fault ?? 'nothing was answered');
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  get checkedIn(): number | undefined {
    return this.messages.findLast((message) => message.type === 'counts')?.checkedIn;
  }

  get heardTheEnd(): boolean {
    return this.messages.some((message) => message.type === 'event' && message.event.state === 'ended');
  }

  close(): void {
    this.socket.terminate();
  }
}
