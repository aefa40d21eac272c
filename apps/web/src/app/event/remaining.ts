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

/** How somebody would say it: for screen readers, which must not hear every second. */
export function inWords({ days, hours, minutes }: Remaining): string {
  const part = (count: number, unit: string) => (count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`]);
  const parts = [...part(days, 'day'), ...part(hours, 'hour'), ...(days > 0 ? [] : part(minutes, 'minute'))];
  return parts.length === 0 ? 'less than a minute' : parts.join(' and ');
}
