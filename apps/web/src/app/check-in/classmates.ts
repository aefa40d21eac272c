import { computed, DestroyRef, inject, Service, signal } from '@angular/core';
import {
  type Classmate,
  type DigitCheck,
  type DigitCheckResults,
  maximumClassmates,
  mostClassmatesListed,
} from '@exco/contracts';
import { tries } from '@exco/page-rules';
import { Api } from '../core/api';
import { type ApiProblem, problemOf } from '../core/api-problem';
import { FirstAnswer } from '../core/first-answer';
import { retrying } from '../core/retry';

/** `unchecked`: the server could not be asked; the check-in itself will tell. */
export type Verdict = 'none' | 'checking' | 'added' | 'already-checked-in' | 'wrong-digits' | 'locked' | 'unchecked';

export interface Entry {
  digits: string;
  verdict: Verdict;
  /** Of a lock. */
  secondsLeft: number;
}

/** Between the last letter and the question who matches. */
const searchPauseMilliseconds = 250;

const untouched: Entry = { digits: '', verdict: 'none', secondsLeft: 0 };
const comesAlong: readonly Verdict[] = ['checking', 'added', 'unchecked'];

/** The classmates whom the student may bring, and what was typed for each. */
@Service({ autoProvided: false })
export class Classmates {
  private readonly api = inject(Api);
  private readonly first = inject(FirstAnswer);
  private readonly entries = signal<ReadonlyMap<number, Entry>>(new Map());
  /** Typed before a reload, until the list is there. */
  private readonly typedBefore = signal<Readonly<Record<number, string>>>({});
  private readonly locks = new Map<number, ReturnType<typeof setInterval>>();
  private readonly unasked: DigitCheck[] = [];
  private asking: Promise<void> | null = null;
  private searching?: ReturnType<typeof setTimeout>;
  /** The list is not everybody: names are searched for on the server. */
  private isBounded = false;
  private eventId = 0;

  readonly all = signal<readonly Classmate[] | null>(null);
  readonly problem = signal<ApiProblem | null>(null);
  readonly chosen = computed(() =>
    (this.all() ?? []).filter(({ id }) => comesAlong.includes(this.entry(id).verdict)).slice(0, maximumClassmates),
  );

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.locks.forEach((timer) => clearInterval(timer));
      clearTimeout(this.searching);
    });
  }

  /** The four digits that stand in each field, by the id of the classmate: for the draft. */
  readonly typed = computed(() => {
    const now = [...this.entries()]
      .filter(([, { digits }]) => digits.length === 4)
      .map(([id, { digits }]) => [id, digits]);
    return { ...this.typedBefore(), ...(Object.fromEntries(now) as Record<number, string>) };
  });

  /** Puts in what was typed before a reload, by the id of the classmate, as soon as the list is there. */
  restore(typed: Readonly<Record<number, string>>): void {
    this.typedBefore.set(typed);
  }

  async load(eventId: number): Promise<void> {
    this.eventId = eventId;
    this.problem.set(null);
    try {
      const classmates =
        this.first.takeClassmates(eventId) ??
        (await retrying(() => this.api.classmates(eventId), { tries: tries.classmates }));
      this.isBounded = classmates.length >= mostClassmatesListed;
      this.all.set(inOrder(classmates));
      const before = this.typedBefore();
      this.typedBefore.set({});
      for (const { id, checkedIn } of classmates) {
        const digits = before[id];
        if (digits !== undefined && !checkedIn && this.entry(id) === untouched) this.type(id, digits);
      }
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  /** Adds whoever matches to a list that is not everybody. */
  search(text: string): void {
    clearTimeout(this.searching);
    if (this.isBounded) this.searching = setTimeout(() => void this.find(text), searchPauseMilliseconds);
  }

  private async find(text: string): Promise<void> {
    try {
      const found = await retrying(() => this.api.classmates(this.eventId, text), { tries: tries.classmates });
      const known = this.all() ?? [];
      this.all.set(inOrder([...new Map([...known, ...found].map((one) => [one.id, one])).values()]));
    } catch (error) {
      this.problem.set(problemOf(error));
    }
  }

  entry(id: number): Entry {
    return this.entries().get(id) ?? untouched;
  }

  /** As the check-in sends them. */
  checks(): DigitCheck[] {
    return this.chosen().map(({ id }) => ({ userId: id, digits: this.entry(id).digits }));
  }

  type(id: number, digits: string): void {
    this.set(id, { digits, verdict: digits.length === 4 ? 'checking' : 'none' });
    if (digits.length === 4) this.verify({ userId: id, digits });
  }

  remove(id: number): void {
    this.set(id, untouched);
  }

  clear(): void {
    this.entries.set(new Map());
  }

  /** Those that are typed while the server is asked about others go in one request after it; so does a whole draft. */
  private verify(check: DigitCheck): void {
    this.unasked.push(check);
    this.asking ??= Promise.resolve()
      .then(() => this.askAll())
      .finally(() => (this.asking = null));
  }

  private async askAll(): Promise<void> {
    while (this.unasked.length > 0) {
      // Typed anew since: only the last digits of each classmate are asked about, and once.
      const all = this.unasked.splice(0).filter(({ userId, digits }) => this.isCurrent(userId, digits));
      const checks = [...new Map(all.map((check) => [check.userId, check])).values()];
      for (let from = 0; from < checks.length; from += maximumClassmates)
        await this.ask(checks.slice(from, from + maximumClassmates));
    }
  }

  private async ask(checks: DigitCheck[]): Promise<void> {
    try {
      const { results } = await retrying(() => this.api.checkDigits(this.eventId, checks), {
        tries: tries.digitCheck,
      });
      const outcomes = new Map(results.map((result) => [result.userId, result]));
      for (const check of checks) this.judge(check, outcomes.get(check.userId));
    } catch {
      for (const check of checks) this.judge(check, undefined);
    }
  }

  private judge({ userId, digits }: DigitCheck, result: DigitCheckResults['results'][number] | undefined): void {
    if (!this.isCurrent(userId, digits)) return;
    if (result?.outcome === 'locked') this.lock(userId, (result.retryAfterSeconds ?? 0) * 1_000);
    else if (result?.outcome === 'match') this.set(userId, { verdict: 'added' });
    else this.set(userId, { verdict: result?.outcome ?? 'unchecked' });
  }

  /** Something else may have been typed while the server was asked. */
  private isCurrent(id: number, digits: string): boolean {
    const entry = this.entry(id);
    return entry.verdict === 'checking' && entry.digits === digits;
  }

  private lock(id: number, milliseconds: number): void {
    const until = Date.now() + milliseconds;
    const show = () => {
      const secondsLeft = Math.ceil((until - Date.now()) / 1000);
      if (secondsLeft > 0) {
        this.set(id, { digits: '', verdict: 'locked', secondsLeft });
        return;
      }
      clearInterval(this.locks.get(id));
      this.set(id, untouched);
    };
    clearInterval(this.locks.get(id));
    this.locks.set(id, setInterval(show, 1_000));
    show();
  }

  private set(id: number, change: Partial<Entry>): void {
    this.entries.update((before) => new Map(before).set(id, { ...(before.get(id) ?? untouched), ...change }));
  }
}

/** Class by class, by name, and who is there already at the end: nothing is left to do for them. */
function inOrder(classmates: readonly Classmate[]): Classmate[] {
  const byName = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
  return [...classmates].sort(
    (one, other) =>
      Number(one.checkedIn) - Number(other.checkedIn) ||
      byName.compare(one.className, other.className) ||
      byName.compare(one.displayName, other.displayName),
  );
}
