import { Directive, output } from '@angular/core';

/** A field for the last four digits of a username. Emits digits alone, also while there are fewer than four. */
@Directive({
  selector: 'input[excoDigits]',
  host: {
    class: 'digits',
    inputmode: 'numeric',
    autocomplete: 'off',
    maxlength: '4',
    placeholder: '0000',
    '(input)': 'clean($event.target)',
  },
})
export class DigitsInput {
  readonly digits = output<string>();

  protected clean(target: EventTarget | null): void {
    const field = target as HTMLInputElement;
    const digits = field.value.replace(/\D/g, '').slice(0, 4);
    if (field.value !== digits) field.value = digits;
    this.digits.emit(digits);
  }
}
