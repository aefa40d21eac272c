import { Component, computed, effect, inject, input, signal } from '@angular/core';
import { matches } from '@exco/contracts';
import { Classmates, type Entry } from './classmates';
import { DigitsInput } from './digits-input';
import { Language } from '../texts/language';

/** A shorter list is read faster than it is searched. */
const searchFrom = 8;
/** Drawn in one go: between two of them a slow phone answers a touch. */
const rowsAtATime = 10;

/** The classmates, with a field for the digits of each. */
@Component({
  selector: 'exco-classmate-list',
  imports: [DigitsInput],
  templateUrl: './classmate-list.html',
  styleUrl: './classmate-list.css',
})
export class ClassmateList {
  readonly eventId = input.required<number>();
  /** While the check-in is under way. */
  readonly locked = input.required<boolean>();

  protected readonly classmates = inject(Classmates);
  protected readonly t = inject(Language).texts;
  protected readonly searched = signal('');
  protected readonly searchable = computed(() => (this.classmates.all()?.length ?? 0) >= searchFrom);
  protected readonly severalClasses = computed(
    () => new Set(this.classmates.all()?.map(({ className }) => className)).size > 1,
  );
  protected readonly found = computed(() =>
    (this.classmates.all() ?? []).filter(({ displayName }) => matches(displayName, this.searched())),
  );

  private readonly drawn = signal(rowsAtATime);
  protected readonly rows = computed(() => this.found().slice(0, this.drawn()));

  constructor() {
    effect((onCleanup) => {
      if (this.drawn() >= this.found().length) return;
      const timer = setTimeout(() => this.drawn.update((drawn) => drawn + rowsAtATime));
      onCleanup(() => clearTimeout(timer));
    });
    effect(() => this.classmates.search(this.searched()));
  }

  protected says({ verdict }: Entry): string {
    const { classmates } = this.t();
    switch (verdict) {
      case 'none':
        return '';
      case 'checking':
        return classmates.checking;
      case 'added':
        return classmates.added;
      case 'already-checked-in':
        return classmates.alreadyIn;
      case 'wrong-digits':
        return classmates.wrongDigits;
      case 'locked':
        return classmates.locked;
      case 'unchecked':
        return classmates.unchecked;
    }
  }
}
