import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { heartbeatMilliseconds, type CountsMessage, type LiveMessage } from '@exco/contracts';
import { Clock } from '../../infrastructure/clock.ts';
import { Periodic } from '../../infrastructure/scheduling/periodic.ts';
import type { SignedInSession } from '../../users/auth/session-cookie.ts';
import { LiveMetrics } from './live-metrics.ts';
import { textFrame } from './text-frame.ts';

/** Who is connected to what. */
export interface Connected {
  readonly eventId: number;
  readonly session: SignedInSession;
}

interface Connection extends Connected {
  readonly socket: WebSocket;
  /** What the WebSocket speaks over. */
  readonly wire: Socket;
  /** Is sent all messages, not only the counts. */
  readonly asksForView: boolean;
  /** Which second of the ping round is its own. */
  readonly slot: number;
  answered: boolean;
  /** Frames heard in this minute. */
  frames: number;
  /** The last counts that a round brought it. */
  told: Buffer | null;
  skips: number;
  /** The newest message of each type that was held back while its buffer was full: sent once that has drained. */
  readonly owed: Map<LiveMessage['type'], Buffer>;
  /** The second in which something was last said that scripts can see. */
  saidAt: number;
}

/** Counts on their way to every socket of an event. */
interface Round {
  withinMilliseconds: number;
  isOver: boolean;
}

const pingRoundSeconds = 60;
/** Sent up to five seconds earlier, at random: sockets that got the same message must not all be due in one second. */
const heartbeatSeconds = heartbeatMilliseconds / 1_000;
const heartbeatSpreadSeconds = 5;
/** The page connects anew, and learns of what has changed. */
const lookAgain = 4001;
const pingFrame = Buffer.from([0x89, 0]);
/** A socket with more than this unsent is skipped, and closed when that goes on. */
const mostBufferedBytes = 64 * 1024;
const mostSkips = 5;
/** A page says nothing but the pong to our ping, once a minute. */
const mostFramesPerRound = 60;
/**
 * After so many sockets a fan-out lets the event loop turn, so that check-ins are answered; where turns are slow it takes
 * more sockets in each, to be through in time.
 */
const leastPerTurn = 100;
const throughWithinMilliseconds = 500;
/** At shutdown: 2,000 connections a second, and all of them within ten seconds. */
const sentAwayPerTurn = 100;
const turnMilliseconds = 50;
const longestSendingAway = 10_000;

/** The open connections of this process. */
@Injectable()
export class LiveSockets implements BeforeApplicationShutdown {
  private readonly connections = new Map<number, Map<number, Set<Connection>>>();
  private readonly bySocket = new WeakMap<WebSocket, Connection>();
  private readonly all = new Set<Connection>();
  private readonly behind = new Set<Connection>();
  private readonly rounds = new Map<number, Round>();
  private isClosing = false;
  private second = 0;

  /** One function for all sockets: a closure for each costs memory that matters with tens of thousands. */
  private readonly hear: (this: WebSocket) => void;

  constructor(
    private readonly metrics: LiveMetrics,
    private readonly clock: Clock,
  ) {
    const heard = (socket: WebSocket) => this.heard(socket);
    this.hear = function () {
      heard(this);
    };
  }

  beforeApplicationShutdown(): void {
    this.isClosing = true;
    for (const { socket } of this.all) this.sendAway(socket);
  }

  /** Evenly over some seconds: the pages connect to the remaining processes, which must not get them all at once. */
  async closeAll(): Promise<void> {
    const all = [...this.all];
    const turns = Math.ceil(all.length / sentAwayPerTurn);
    for (let turn = 0; turn < turns; turn++) {
      for (const { socket } of all.slice(turn * sentAwayPerTurn, (turn + 1) * sentAwayPerTurn)) this.sendAway(socket);
      if (turn < turns - 1) await sleep(Math.min(turnMilliseconds, longestSendingAway / turns));
    }
  }

  /** 1012: the service restarts; the page comes back by itself, after a random while. */
  private sendAway(socket: WebSocket): void {
    socket.close(1012, 'restarting');
  }

  add(socket: WebSocket, wire: Socket, { eventId, session }: Connected, asksForView = false): void {
    const slot = Math.floor(Math.random() * pingRoundSeconds);
    const connection: Connection = {
      socket,
      wire,
      eventId,
      session,
      asksForView,
      slot,
      answered: true,
      frames: 0,
      told: null,
      skips: 0,
      owed: new Map(),
      saidAt: this.second,
    };
    const { userId } = session;
    const users = this.connections.get(eventId) ?? new Map<number, Set<Connection>>();
    this.connections.set(eventId, users);
    users.set(userId, (users.get(userId) ?? new Set()).add(connection));
    this.bySocket.set(socket, connection);
    this.all.add(connection);
    this.metrics.sockets.set(this.all.size);
    socket.on('pong', this.hear).on('ping', this.hear).on('message', this.hear);
  }

  /** Whose connection it was. */
  remove(socket: WebSocket): { eventId: number; userId: number } | null {
    const connection = this.bySocket.get(socket);
    if (!connection || !this.all.delete(connection)) return null;
    this.behind.delete(connection);
    const { eventId, session } = connection;
    const { userId } = session;
    const users = this.connections.get(eventId);
    const own = users?.get(userId);
    own?.delete(connection);
    if (own?.size === 0) users?.delete(userId);
    if (users?.size === 0) this.connections.delete(eventId);
    this.metrics.sockets.set(this.all.size);
    return { eventId, userId };
  }

  /** Of one student, at whatever event. */
  countOf(userId: number): number {
    let count = 0;
    for (const users of this.connections.values()) count += users.get(userId)?.size ?? 0;
    return count;
  }

  /** Closes whatever fits no more; the page looks again, and is told why. */
  closeWhere(isOver: (connected: Connected) => boolean): void {
    for (const connection of this.all) {
      if (connection.socket.readyState !== WebSocket.OPEN || !isOver(connection)) continue;
      this.metrics.ended.inc({ reason: 'no right' });
      connection.socket.close(lookAgain, 'look again');
    }
  }

  eventIds(): number[] {
    return [...this.connections.keys()];
  }

  watching(eventId: number): number[] {
    return [...(this.connections.get(eventId)?.keys() ?? [])];
  }

  isWatching(eventId: number, userId: number): boolean {
    return this.connections.get(eventId)?.has(userId) ?? false;
  }

  /** @param forView said instead to the connections that asked for a view */
  send(eventId: number, userId: number, message: LiveMessage, forView = message): void {
    for (const connection of this.connections.get(eventId)?.get(userId) ?? [])
      this.tell(connection, message.type, textFrame(JSON.stringify(connection.asksForView ? forView : message)));
  }

  /** To this socket alone. */
  sendTo(socket: WebSocket, message: LiveMessage): void {
    const connection = this.bySocket.get(socket);
    if (connection) this.tell(connection, message.type, textFrame(JSON.stringify(message)));
  }

  disconnect(eventId: number, userId: number): void {
    for (const { socket } of this.connections.get(eventId)?.get(userId) ?? []) socket.close(lookAgain, 'look again');
  }

  /** At once to every socket of the event, or to those that asked for a view; the frame is built once. */
  async broadcast(
    eventId: number,
    message: LiveMessage,
    to: 'everybody' | 'who asked for a view' = 'everybody',
  ): Promise<void> {
    const frame = textFrame(JSON.stringify(message));
    await this.inTurns(eventId, 0, (connection) => {
      if (to === 'everybody' || connection.asksForView) this.tell(connection, message.type, frame);
    });
  }

  /**
   * Counts, evenly over so many milliseconds: whoever is told later is told the newest. If there is news while a round
   * is under way, another one follows for those whom it had told before.
   */
  async tellCounts(eventId: number, newest: () => CountsMessage, withinMilliseconds: number): Promise<void> {
    const underWay = this.rounds.get(eventId);
    if (underWay) {
      Object.assign(underWay, { withinMilliseconds, isOver: false });
      return;
    }
    const round: Round = { withinMilliseconds, isOver: false };
    this.rounds.set(eventId, round);
    try {
      let message = newest();
      let frame = textFrame(JSON.stringify(message));
      while (!round.isOver) {
        round.isOver = true;
        await this.inTurns(eventId, round.withinMilliseconds, (connection) => {
          if (newest().seq !== message.seq) {
            message = newest();
            frame = textFrame(JSON.stringify(message));
          }
          if (connection.told !== frame) this.tell(connection, 'counts', frame);
          connection.told = frame;
        });
      }
    } finally {
      // A round that is thought to be under way keeps the next one from beginning.
      this.rounds.delete(eventId);
    }
  }

  private async inTurns(
    eventId: number,
    withinMilliseconds: number,
    visit: (connection: Connection) => void,
  ): Promise<void> {
    const users = this.connections.get(eventId);
    if (!users) return;
    const expected = users.size;
    const perMillisecond = expected / Math.max(withinMilliseconds, throughWithinMilliseconds);
    const begunAt = performance.now();
    let turnedAt = begunAt;
    let left = leastPerTurn;
    let visited = 0;
    // Whoever connects meanwhile comes last: for them too it is no longer than a round from one message to the next.
    for (const own of users.values())
      for (const connection of own) {
        if (this.isClosing) return;
        visit(connection);
        visited++;
        if (--left > 0) continue;
        const early = begunAt + (visited / expected) * withinMilliseconds - performance.now();
        await new Promise((resolve) => (early >= 1 ? setTimeout(resolve, early) : setImmediate(resolve)));
        const now = performance.now();
        left = Math.max(leastPerTurn, Math.round((now - turnedAt) * perMillisecond));
        turnedAt = now;
      }
  }

  /** A socket that takes nothing at the moment is told later; one that is closing is owed nothing any more. */
  private tell(connection: Connection, type: LiveMessage['type'], frame: Buffer): void {
    if (connection.socket.readyState !== WebSocket.OPEN) {
      connection.owed.clear();
      this.behind.delete(connection);
    } else if (this.sendFrame(connection, frame)) {
      connection.owed.delete(type);
      connection.saidAt = this.second;
    } else {
      connection.owed.set(type, frame);
      this.behind.add(connection);
    }
  }

  /** Past `ws`, which would write the head of the frame and its text as two pieces, ten thousand times. */
  private sendFrame(connection: Connection, frame: Buffer): boolean {
    const { socket, wire } = connection;
    if (socket.readyState !== WebSocket.OPEN) return false;
    if (socket.bufferedAmount > mostBufferedBytes) {
      if (++connection.skips > mostSkips) this.terminate(connection, 'reads nothing');
      return false;
    }
    connection.skips = 0;
    wire.write(frame);
    return true;
  }

  private heard(socket: WebSocket): void {
    const connection = this.bySocket.get(socket);
    if (!connection) return;
    connection.answered = true;
    if (++connection.frames > mostFramesPerRound) this.terminate(connection, 'too many frames');
  }

  private terminate({ socket }: Connection, reason: string): void {
    if (socket.readyState === WebSocket.CLOSED) return;
    this.metrics.ended.inc({ reason });
    socket.terminate();
  }

  @Periodic(1_000)
  lookRound(): void {
    this.second++;
    this.catchUp();
    this.ping();
  }

  private catchUp(): void {
    for (const connection of this.behind) {
      if (connection.socket.bufferedAmount > mostBufferedBytes) continue;
      for (const [type, frame] of connection.owed) this.tell(connection, type, frame);
      if (connection.owed.size === 0) this.behind.delete(connection);
    }
  }

  private ping(): void {
    const heartbeat: LiveMessage = { type: 'heartbeat', serverTime: new Date(this.clock.now()).toISOString() };
    const heartbeatFrame = textFrame(JSON.stringify(heartbeat));
    for (const connection of this.all) {
      const { slot, saidAt } = connection;
      if (this.second - saidAt >= heartbeatSeconds - (slot % heartbeatSpreadSeconds))
        this.tell(connection, 'heartbeat', heartbeatFrame);
      if (slot !== this.second % pingRoundSeconds) continue;
      if (!connection.answered) this.terminate(connection, 'no pong');
      connection.answered = false;
      connection.frames = 0;
      this.sendFrame(connection, pingFrame);
    }
  }
}
