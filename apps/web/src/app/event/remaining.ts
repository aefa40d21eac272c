import type { Forms } from '../texts/forms';

export interface Remaining {
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
}

/** Whole seconds are rounded up, so that the last one shown is 1 and never a 0 that lingers. */
export function remaining(milliseconds: number): Remaining {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  return {
    days: Math.floor(seconds / 86_400),
    hours: Math.floor(seconds / 3_600) % 24,
    minutes: Math.floor(seconds / 60) % 60,
    seconds: seconds % 60,
  };
}

/** How somebody would say it: for screen readers, which must not hear every second. Empty in the last minute. */
export function inWords({ days, hours, minutes }: Remaining, forms: Pick<Forms, 'list' | 'span'>): string {
  const part = (count: number, unit: 'day' | 'hour' | 'minute') => (count === 0 ? [] : [forms.span(count, unit)]);
  return forms.list([...part(days, 'day'), ...part(hours, 'hour'), ...(days > 0 ? [] : part(minutes, 'minute'))]);
}
