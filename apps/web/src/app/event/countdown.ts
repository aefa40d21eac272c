import { Component, computed, DestroyRef, inject, input, signal } from '@angular/core';
import { Clock } from '../core/clock';
import { inWords, remaining } from './remaining';
import { Language } from '../texts/language';

/** The time left until a moment, by the server's clock. */
@Component({
  selector: 'exco-countdown',
  template: `
    <p class="sr-only" role="status">{{ label() }} {{ words() }}</p>
    <div class="left" aria-hidden="true" data-testid="countdown">
      <span class="label">{{ label() }}</span>
      @for (part of parts(); track part.unit) {
        <span class="part"
          ><span class="number">{{ part.number }}</span
          ><span class="unit">{{ part.unit }}</span></span
        >
      }
    </div>
  `,
  styleUrl: './countdown.css',
})
export class Countdown {
  /** ISO 8601. */
  readonly until = input.required<string>();
  readonly label = input.required<string>();

  private readonly clock = inject(Clock);
  private readonly language = inject(Language);
  private readonly now = signal(this.clock.now());
  private readonly left = computed(() => remaining(Date.parse(this.until()) - this.now()));

  protected readonly words = computed(
    () => inWords(this.left(), this.language.forms()) || this.language.texts().countdown.lessThanAMinute,
  );
  protected readonly parts = computed(() => {
    const { days, hours, minutes, seconds } = this.left();
    const unit = this.language.texts().countdown;
    const all = [
      { unit: unit.day(days), number: String(days) },
      { unit: unit.hour, number: String(hours).padStart(2, '0') },
      { unit: unit.minute, number: String(minutes).padStart(2, '0') },
      { unit: unit.second, number: String(seconds).padStart(2, '0') },
    ];
    return days > 0 ? all.slice(0, 3) : hours > 0 ? all.slice(1) : all.slice(2);
  });

  constructor() {
    const timer = setInterval(() => this.now.set(this.clock.now()), 500);
    inject(DestroyRef).onDestroy(() => clearInterval(timer));
  }
}
