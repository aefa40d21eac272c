import { Directive, effect, ElementRef, inject, input, output } from '@angular/core';
import type { Said } from '../core/api-problem';
import { asciiDigits } from './digits';

/**
 * A field for the last four digits of a username. Emits ASCII digits alone, also while there are fewer than four. A whole
 * username that is pasted leaves its last four.
 */
@Directive({
  selector: 'input[excoDigits]',
  host: {
    class: 'digits',
    inputmode: 'numeric',
    autocomplete: 'off',
    placeholder: '0000',
    '(input)': 'clean($event)',
  },
})
export class DigitsInput {
  readonly digits = output<string>();
  /** What is wrong with them, shown elsewhere: each new fault brings the field into view. */
  readonly fault = input<Said | null>(null);

  constructor() {
    const { nativeElement } = inject<ElementRef<HTMLInputElement>>(ElementRef);
    effect(() => {
      if (!this.fault()) return;
      nativeElement.focus({ preventScroll: true });
      nativeElement.scrollIntoView({ block: 'center' });
    });
  }

  protected clean(event: Event): void {
    const field = event.target as HTMLInputElement;
    const all = asciiDigits(field.value);
    const isTyped = event instanceof InputEvent && event.inputType === 'insertText';
    const digits = isTyped ? all.slice(0, 4) : all.slice(-4);
    if (field.value !== digits) field.value = digits;
    this.digits.emit(digits);
  }
}
