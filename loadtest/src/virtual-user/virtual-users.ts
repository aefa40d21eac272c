import { setTimeout as sleep } from 'node:timers/promises';
import type { UserPlan } from '../plan/user-plan.ts';
import { targetOf } from '../transport/dial.ts';
import { HealthWatch } from './generator-health.ts';
import type { OwnHealth, Progress, ShownGroup } from '../metrics/progress.ts';
import { Recorder } from './recorder.ts';
import { sampling, messageDecoder, type Behaviour, type UserContext } from './context.ts';
import { VirtualUser } from './virtual-user.ts';

const tickMilliseconds = 250;
/** Whoever has not heard from the server by then that the event is over has missed it. */
const toldOfTheEndWithin = 15_000;
const stallEveryMilliseconds = 600;
const stallMilliseconds = 450;

/** The students of one generator process. */
export class VirtualUsers {
  readonly recorder = new Recorder();
  private readonly watch = new HealthWatch();
  private readonly context: UserContext;
  private readonly plans: UserPlan[] = [];
  private readonly students: VirtualUser[] = [];
  private readonly failed: (reason: unknown) => void;
  private ticks: NodeJS.Timeout | undefined;

  constructor(behaviour: Behaviour, localAddresses: string[] | null, failed: (reason: unknown) => void) {
    this.failed = failed;
    this.context = {
      behaviour,
      target: targetOf(behaviour.url),
      recorder: this.recorder,
      localAddress: (index) => localAddresses?.[index % localAddresses.length],
      decode: messageDecoder(),
      isSampled: sampling(),
    };
  }

  add(plans: readonly UserPlan[]): void {
    for (const plan of plans) this.plans.push(plan);
  }

  /** By the clock, whatever the answers are. */
  async admit(startsAt: number): Promise<void> {
    this.recorder.start(startsAt);
    await sleep(startsAt - Date.now());
    this.watch.start();
    this.ticks = setInterval(() => this.recorder.tick(), tickMilliseconds);
    if (this.context.behaviour.faults.generatorLags) setInterval(stall, stallEveryMilliseconds).unref();
    const attending: Promise<void>[] = [];
    for (const [index, plan] of this.plans.entries()) {
      const at = startsAt + plan.arrivesAt;
      this.recorder.count('planned', 1, at);
      const wait = at - Date.now();
      if (wait > 0) await sleep(wait);
      this.watch.late(Math.max(0, Date.now() - at));
      const user = new VirtualUser(plan, this.context, index);
      this.students.push(user);
      attending.push(user.attend().catch(this.failed));
    }
    // The check-ins come seconds after the arrivals.
    await Promise.all(attending);
    this.watch.stop();
  }

  progress(): Progress {
    const { recorder, students } = this;
    const many = (what: (user: VirtualUser) => boolean) =>
      students.reduce((sum, user) => sum + (what(user) ? 1 : 0), 0);
    const { busy, errors } = recorder.totals();
    return {
      arrived: students.length,
      settled: many((user) => user.settled),
      finished: many((user) => user.finished),
      connected: many(({ self }) => self.live.connected),
      in: many(({ self }) => self.attendance !== null),
      busy,
      errors,
    };
  }

  shown(): ShownGroup[] {
    const groups = new Map<string, ShownGroup>();
    for (const { self } of this.students) {
      const { connected, shows: counts } = self.live;
      const title = self.event?.title ?? '';
      const key = `${String(connected)} ${counts ? `${counts.checkedIn} ${counts.checkedOut} ${counts.watching}` : ''} ${title}`;
      const group = groups.get(key);
      if (group) group.students++;
      else groups.set(key, { counts, connected, title, students: 1 });
    }
    return [...groups.values()];
  }

  /** The host has ended the event. */
  async end(): Promise<void> {
    await sleep(toldOfTheEndWithin);
    for (const user of this.students) {
      if (user.isLeaving) continue;
      this.recorder.error('live connection: not told of the end', `student ${user.self.plan.userId}`);
      user.leave().catch(this.failed);
    }
  }

  health(): OwnHealth {
    return this.watch.health();
  }

  close(): void {
    clearInterval(this.ticks);
    for (const user of this.students) user.close();
  }
}

/** Only for a self-test. */
function stall(): void {
  const until = performance.now() + stallMilliseconds;
  while (performance.now() < until);
}
