import {
  heartbeatMilliseconds,
  type AttendanceView,
  type CountsMessage,
  type EventView,
  type EventWithoutAttendance,
  type LiveMessage,
} from '@exco/contracts';
import { retryDelay, type OpeningPlan } from '@exco/page-rules';
import type { Random } from '../plan/random.ts';
import type { ShownCounts } from '../metrics/shown-counts.ts';
import { LiveSocket } from '../transport/live-socket.ts';
import { coarse } from './pause.ts';
import { now, type UserContext } from './context.ts';

/** With this code the server asks the page to connect anew: its attendance was taken back, or its session ended. */
const lookAgain = 4001;
/** As the page has it: the server says something at least as often as its heartbeat, so a connection that says nothing is gone. */
const longestSilence = heartbeatMilliseconds + 10_000;

export interface LiveListener {
  event(event: EventWithoutAttendance): void;
  attendance(attendance: AttendanceView, saysStream: boolean): void;
  /** The connection is there, and says what happened before it. */
  view(event: EventView): void;
  /** It was lost, and is there again. */
  reconnected(): void;
}

/** The live connection that one page holds, made again whenever it is lost, as the page does. */
export class LiveConnection {
  private readonly context: UserContext;
  private readonly index: number;
  private readonly random: Random;
  private readonly listener: LiveListener;
  private cookies = '';
  private socket: LiveSocket | null = null;
  private timer: NodeJS.Timeout | undefined;
  private silence: NodeJS.Timeout | undefined;
  private heardAt = 0;
  private attempt = 0;
  private askedAt = 0;
  private lostAt: number | null = null;
  private latest: ShownCounts | null = null;
  private isOpen = false;
  private released = false;
  private received = 0;
  private plan: OpeningPlan | null = null;

  constructor(context: UserContext, index: number, random: Random, listener: LiveListener) {
    this.context = context;
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

  /** What the server last said of the opening; null when it has said nothing. */
  get opening(): OpeningPlan | null {
    return this.plan;
  }

  hold(cookies: string): void {
    this.cookies = cookies;
    this.connect();
  }

  release(): void {
    this.released = true;
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.socket?.leave();
    this.isOpen = false;
  }

  private connect(): void {
    this.askedAt = now();
    const { behaviour, target, localAddress } = this.context;
    this.socket = new LiveSocket(
      target,
      localAddress(this.index),
      `/api/live?eventId=${behaviour.eventId}&view=1`,
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
    this.heardAt = now();
    this.listenFor(longestSilence);
    if (this.lostAt === null) return;
    this.context.recorder.latency('reconnect', now() - this.lostAt);
    this.context.recorder.count('reconnects');
    this.lostAt = null;
    this.listener.reconnected();
  }

  /** Looked at when the time is up, not set again by each message: ten thousand connections hear one every second. */
  private listenFor(milliseconds: number): void {
    this.silence = setTimeout(() => {
      const left = this.heardAt + longestSilence - now();
      if (left > 0) this.listenFor(left);
      else this.socket?.drop();
    }, milliseconds);
  }

  private message(payload: Buffer): void {
    if (this.released) return;
    this.attempt = 0;
    this.heardAt = now();
    let message: LiveMessage;
    try {
      message = this.context.decode(payload);
    } catch {
      this.context.recorder.error('live connection: not JSON', payload.toString('utf8', 0, 100));
      return;
    }
    switch (message.type) {
      case 'counts':
        this.counts(message);
        return;
      case 'view':
        this.plan = message.event.opening ?? this.plan;
        this.listener.view(message.event);
        return;
      case 'opening':
        this.plan = this.plan && { ...this.plan, ...message };
        return;
      case 'heartbeat':
        return;
      case 'event':
        if (!this.context.behaviour.faults.ignoresEvents || message.event.state === 'ended')
          this.listener.event(message.event);
        return;
      case 'attendance':
        this.listener.attendance(message.attendance, message.stream !== undefined);
        return;
    }
  }

  private counts(message: CountsMessage): void {
    const { stopsShowingCountsAfter } = this.context.behaviour.faults;
    if (stopsShowingCountsAfter !== undefined && ++this.received > stopsShowingCountsAfter) return;
    const { recorder } = this.context;
    if (message.eventId !== this.context.behaviour.eventId)
      recorder.error('live connection: another event', String(message.eventId));
    if (this.latest && message.seq < this.latest.seq)
      recorder.error('live connection: seq went back', `from ${this.latest.seq} to ${message.seq}`);
    if (this.latest && message.checkedIn < this.latest.checkedIn && this.context.behaviour.totalsOnlyRise)
      recorder.error('live connection: total fell', `from ${this.latest.checkedIn} to ${message.checkedIn}`);
    if (!this.latest) recorder.latency('live connection', now() - this.askedAt);
    recorder.shown.change(this.latest?.checkedIn ?? null, message.checkedIn);
    this.latest = message;
  }

  private closed({ code, refused }: { code: number; refused: number | null }): void {
    this.isOpen = false;
    clearTimeout(this.silence);
    if (this.released) return;
    const { recorder, behaviour } = this.context;
    this.lostAt ??= now();
    this.attempt++;
    if (refused === 503) recorder.count('busy');
    else if (!behaviour.cutsExpected && code !== lookAgain)
      recorder.error('live connection: lost', refused === null ? `closed with ${code}` : `refused with ${refused}`);
    this.timer = setTimeout(() => this.connect(), coarse(retryDelay(0, this.attempt, this.random)));
  }
}
