import { Component, signal } from '@angular/core';
import { TestBed } from '@angular/core/testing';
import { DigitsInput } from './digits-input';

@Component({ imports: [DigitsInput], template: '<input excoDigits (digits)="emitted.set($event)" />' })
class Host {
  readonly emitted = signal('');
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
});
