import type { AttendanceView, CountsMessage, EventView, EventWithoutAttendance, LiveMessage } from '@exco/contracts';
import { retryDelay } from '@exco/page-rules';
import type { Random } from '../plan/random.ts';
import type { ShownCounts } from '../figures/shown.ts';
import { LiveSocket } from './live-socket.ts';
import { coarse } from './pause.ts';
import { now, type Stage } from './stage.ts';

export interface WatchListener {
  event(event: EventWithoutAttendance): void;
  attendance(attendance: AttendanceView): void;
  /** The connection is there, and says what happened before it. */
  view(event: EventView): void;
}

/** The live connection that one page holds, made again whenever it is lost, as the page does. */
export class LiveWatch {
  private readonly stage: Stage;
  private readonly index: number;
  private readonly random: Random;
  private readonly listener: WatchListener;
  private cookies = '';
  private socket: LiveSocket | null = null;
  private timer: NodeJS.Timeout | undefined;
  private attempt = 0;
  private askedAt = 0;
  private lostAt: number | null = null;
  private latest: ShownCounts | null = null;
  private isOpen = false;
  private released = false;

  constructor(stage: Stage, index: number, random: Random, listener: WatchListener) {
    this.stage = stage;
    this.index = index;
    this.random = random;
    this.listener = listener;
  }

  get connected(): boolean {
    return this.isOpen;
  }

  get shows(): ShownCounts | null {
    return this.latest;
  }

  hold(cookies: string): void {
    this.cookies = cookies;
    this.connect();
  }

  release(): void {
    this.released = true;
    clearTimeout(this.timer);
    this.socket?.leave();
    this.isOpen = false;
  }

  private connect(): void {
    this.askedAt = now();
    const { direction, target, localAddress } = this.stage;
    this.socket = new LiveSocket(
      target,
      localAddress(this.index),
      `/api/live?eventId=${direction.eventId}&view=1`,
      this.cookies,
      {
        opened: () => this.opened(),
        message: (payload) => this.message(payload),
        closed: (how) => this.closed(how),
      },
    );
  }

  private opened(): void {
    this.isOpen = true;
    if (this.lostAt === null) return;
    this.stage.recorder.latency('reconnect', now() - this.lostAt);
    this.stage.recorder.count('reconnects');
    this.lostAt = null;
  }

  private message(payload: Buffer): void {
    if (this.released) return;
    this.attempt = 0;
    let message: LiveMessage;
    try {
      message = this.stage.decode(payload);
    } catch {
      this.stage.recorder.error('live connection: not JSON', payload.toString('utf8', 0, 100));
      return;
    }
    switch (message.type) {
      case 'counts':
        this.counts(message);
        return;
      case 'view':
        this.listener.view(message.event);
        return;
      case 'event':
        this.listener.event(message.event);
        return;
      case 'attendance':
        this.listener.attendance(message.attendance);
        return;
      case 'opening':
      case 'heartbeat':
        return;
    }
  }

  private counts(message: CountsMessage): void {
    const { recorder } = this.stage;
    if (message.eventId !== this.stage.direction.eventId)
      recorder.error('live connection: another event', String(message.eventId));
    if (this.latest && message.seq < this.latest.seq)
      recorder.error('live connection: seq went back', `from ${this.latest.seq} to ${message.seq}`);
    if (!this.latest) recorder.latency('live connection', now() - this.askedAt);
    recorder.shown.change(this.latest?.checkedIn ?? null, message.checkedIn);
    this.latest = message;
  }

  private closed({ code, refused }: { code: number; refused: number | null }): void {
    this.isOpen = false;
    if (this.released) return;
    const { recorder, direction } = this.stage;
    this.lostAt ??= now();
    this.attempt++;
    if (refused === 503) recorder.count('busy');
    else if (!direction.cutsExpected)
      recorder.error('live connection: lost', refused === null ? `closed with ${code}` : `refused with ${refused}`);
    this.timer = setTimeout(() => this.connect(), coarse(retryDelay(0, this.attempt, this.random)));
  }
}
