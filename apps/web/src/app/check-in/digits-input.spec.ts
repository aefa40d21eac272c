import { jest } from '@jest/globals';
import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import type { Said } from '../core/api-problem';
import { DigitsInput } from './digits-input';

@Component({
  imports: [DigitsInput],
  template: '<input excoDigits [fault]="fault()" (digits)="emitted.set($event)" />',
})
class Host {
  readonly emitted = signal('');
  readonly fault = signal<Said | null>(null);
}

describe('DigitsInput', () => {
  function enter(text: string, inputType: string) {
    const page = TestBed.createComponent(Host);
    page.detectChanges();
    const field = (page.nativeElement as HTMLElement).querySelector('input') as HTMLInputElement;
    field.value = text;
    field.dispatchEvent(new InputEvent('input', { inputType }));
    return { shown: field.value, emitted: page.componentInstance.emitted() };
  }

  it.each([
    ['٠٤', 'insertText', '04'],
    ['04178', 'insertText', '0417'],
    ['ada.lovelace1815', 'insertFromPaste', '1815'],
    ['2ada.lovelace1815', 'insertFromPaste', '1815'],
    ['abc', 'insertText', ''],
  ])('shows and emits the digits of %j (%s)', (text, inputType, digits) => {
    expect(enter(text, inputType)).toEqual({ shown: digits, emitted: digits });
  });

  it('comes into view with each new fault, and not before', async () => {
    const page = TestBed.createComponent(Host);
    const field = (page.nativeElement as HTMLElement).querySelector('input') as HTMLInputElement;
    const scroll = jest.fn();
    field.scrollIntoView = scroll;
    for (const fault of [null, () => 'wrong', null, () => 'wrong once more']) {
      page.componentInstance.fault.set(fault);
      await page.whenStable();
    }
    expect(scroll).toHaveBeenCalledTimes(2);
  });
});
