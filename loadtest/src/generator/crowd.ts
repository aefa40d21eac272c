import { setTimeout as sleep } from 'node:timers/promises';
import type { Part } from '../plan/cast.ts';
import { targetOf } from './dial.ts';
import { HealthWatch } from './health.ts';
import type { OwnHealth, Progress, ShownGroup } from './messages.ts';
import { Recorder } from './recorder.ts';
import { closeLooks, messageDecoder, type Direction, type Stage } from './stage.ts';
import { Student } from './student.ts';

const tickMilliseconds = 250;
/** Whoever has not heard from the server by then that the event is over has missed it. */
const toldOfTheEndWithin = 15_000;

/** The students of one generator process. */
export class Crowd {
  readonly recorder = new Recorder();
  private readonly watch = new HealthWatch();
  private readonly stage: Stage;
  private readonly parts: Part[] = [];
  private readonly students: Student[] = [];
  private readonly failed: (reason: unknown) => void;
  private ticks: NodeJS.Timeout | undefined;

  constructor(direction: Direction, localAddresses: string[] | null, failed: (reason: unknown) => void) {
    this.failed = failed;
    this.stage = {
      direction,
      target: targetOf(direction.url),
      recorder: this.recorder,
      localAddress: (index) => localAddresses?.[index % localAddresses.length],
      decode: messageDecoder(),
      looksClosely: closeLooks(),
    };
  }

  cast(parts: readonly Part[]): void {
    for (const part of parts) this.parts.push(part);
  }

  /** By the clock, whatever the answers are. */
  async admit(startsAt: number): Promise<void> {
    this.recorder.start(startsAt);
    await sleep(startsAt - Date.now());
    this.watch.start();
    this.ticks = setInterval(() => this.recorder.tick(), tickMilliseconds);
    const attending: Promise<void>[] = [];
    for (const [index, part] of this.parts.entries()) {
      const at = startsAt + part.arrivesAt;
      this.recorder.count('planned', 1, at);
      const wait = at - Date.now();
      if (wait > 0) await sleep(wait);
      this.watch.late(Math.max(0, Date.now() - at));
      const student = new Student(part, this.stage, index);
      this.students.push(student);
      attending.push(student.attend(at).catch(this.failed));
    }
    // The check-ins come seconds after the arrivals.
    await Promise.all(attending);
    this.watch.stop();
  }

  progress(): Progress {
    const { recorder, students } = this;
    const many = (what: (student: Student) => boolean) =>
      students.reduce((sum, student) => sum + (what(student) ? 1 : 0), 0);
    const { busy, errors } = recorder.totals();
    return {
      arrived: students.length,
      settled: many((student) => student.settled),
      finished: many((student) => student.finished),
      connected: many((student) => student.live.connected),
      in: many((student) => student.attendance !== null),
      busy,
      errors,
    };
  }

  shown(): ShownGroup[] {
    const groups = new Map<string, ShownGroup>();
    for (const { live } of this.students) {
      const counts = live.shows;
      const key = `${String(live.connected)} ${counts ? `${counts.checkedIn} ${counts.checkedOut} ${counts.watching}` : ''}`;
      const group = groups.get(key);
      if (group) group.students++;
      else groups.set(key, { counts, connected: live.connected, students: 1 });
    }
    return [...groups.values()];
  }

  /** The host has ended the event. */
  async end(): Promise<void> {
    await sleep(toldOfTheEndWithin);
    for (const student of this.students) {
      if (student.isLeaving) continue;
      this.recorder.error('live connection: not told of the end', `student ${student.part.userId}`);
      student.leave().catch(this.failed);
    }
  }

  health(): OwnHealth {
    return this.watch.health();
  }

  close(): void {
    clearInterval(this.ticks);
    for (const student of this.students) student.close();
  }
}
