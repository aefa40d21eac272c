import { performance } from 'node:perf_hooks';

/**
 * In a turn of its loop a process answers whatever is ready, so a turn is the longer the more students are on their way
 * in. Where turns are long, five newcomers come in with each: the process takes as many as it can serve, by itself, and
 * whoever is inside is answered soon.
 */
const longTurnMilliseconds = 30;
const perLongTurn = 5;
/** When even those who are expected have to wait: half a dozen turns are more than a second. */
const veryLongTurnMilliseconds = 200;
/** What may come in at once after a quiet while: a school bell, or a garbage collection, is no overload. */
const burst = 1_000;
/** What may come in at once while others wait. */
const smallBurst = 100;
const leastWaitSeconds = 2;
const mostWaitSeconds = 60;

interface Rush {
  /** Milliseconds: the first and the last time that somebody was turned away. */
  from: number;
  at: number;
  /** Since it began. */
  letIn: number;
  /** Were turned away, and have not had their time yet. */
  waiting: number;
}

/** Of the event loop, so far: its turns, and the milliseconds in which it was not waiting for something to do. */
interface LoopTime {
  turns: number;
  active: number;
}

function loopTime(): LoopTime {
  return { turns: performance.nodeTiming.uvMetricsInfo.loopCount, active: performance.eventLoopUtilization().active };
}

const perSecond = ({ from, letIn }: Rush, now: number) => (letIn + 300) / ((now - from) / 1_000 + 1);

const stillWaiting = (rush: Rush, now: number) =>
  Math.max(0, rush.waiting - ((now - rush.at) / 1_000) * perSecond(rush, now));

/** How many newcomers this process lets in, and when the others may come. */
export class Admission {
  private left = burst;
  private last: LoopTime;
  private turnMilliseconds = 0;
  private rush: Rush | null = null;

  /** @param now milliseconds */
  constructor(
    private readonly loop = loopTime,
    private readonly now = () => performance.now(),
  ) {
    this.last = loop();
  }

  /**
   * Whoever has a place that has come is turned away only when that alone is far too much.
   * @param placeIn seconds until the place that somebody got before; null for none
   * @returns 0 for come in, or how many seconds to wait; who asks too early keeps the place
   */
  ask(placeIn: number | null): number {
    const now = this.now();
    if (this.rush && now > this.rush.at + mostWaitSeconds * 1_000) this.rush = null;
    this.refill();
    const isExpected = placeIn !== null && placeIn <= 0;
    if (isExpected ? this.left === -burst && this.turnMilliseconds >= veryLongTurnMilliseconds : this.left <= 0) {
      const keepsPlace = placeIn !== null && placeIn > 0 && placeIn <= mostWaitSeconds;
      return keepsPlace ? placeIn : this.placeInQueue(now);
    }
    this.left = Math.max(this.left - 1, -burst);
    if (this.rush) this.rush.letIn++;
    return 0;
  }

  /** How many were turned away and have not had their time yet. */
  get waiting(): number {
    return this.rush ? stillWaiting(this.rush, this.now()) : 0;
  }

  private refill(): void {
    const { turns, active } = this.loop();
    const turned = turns - this.last.turns;
    if (turned === 0) return;
    this.turnMilliseconds = (active - this.last.active) / turned;
    this.last = { turns, active };
    const most = this.rush ? smallBurst : burst;
    this.left = this.turnMilliseconds < longTurnMilliseconds ? most : Math.min(most, this.left + turned * perLongTurn);
  }

  /** The queue moves as fast as people have come in since it began; at first, three hundred a second. */
  private placeInQueue(now: number): number {
    this.rush ??= { from: now, at: now, letIn: 0, waiting: 0 };
    this.rush.waiting = stillWaiting(this.rush, now) + 1;
    this.rush.at = now;
    return Math.min(mostWaitSeconds, Math.round(leastWaitSeconds + this.rush.waiting / perSecond(this.rush, now)));
  }
}
