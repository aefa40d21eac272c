import { Component, computed, inject, input, signal } from '@angular/core';
import { matches } from '@exco/contracts';
import { Classmates, type Entry } from './classmates';
import { DigitsInput } from './digits-input';

/** With fewer, everybody is seen at a glance. */
const searchFrom = 8;

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
  protected readonly searched = signal('');
  protected readonly searchable = computed(() => (this.classmates.all()?.length ?? 0) >= searchFrom);
  protected readonly severalClasses = computed(
    () => new Set(this.classmates.all()?.map(({ className }) => className)).size > 1,
  );
  protected readonly found = computed(() =>
    (this.classmates.all() ?? []).filter(({ displayName }) => matches(displayName, this.searched())),
  );

  protected readonly foundWords = computed(() => {
    const { length } = this.found();
    return length === 1 ? '1 classmate found' : `${length} classmates found`;
  });

  protected says({ verdict }: Entry): string {
    switch (verdict) {
      case 'none':
        return '';
      case 'checking':
        return 'Checking…';
      case 'added':
        return 'Added';
      case 'already-checked-in':
        return 'Already checked in';
      case 'wrong-digits':
        return 'Digits don’t match';
      case 'locked':
        return 'Too many tries.';
      case 'unchecked':
        return 'Will be checked when you check in';
    }
  }
}
