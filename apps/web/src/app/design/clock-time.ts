import { inject, Pipe, type PipeTransform } from '@angular/core';
import { Language } from '../texts/language';

const time = { hour: '2-digit', minute: '2-digit' } as const;
const dayAndTime = { ...time, weekday: 'long', day: 'numeric', month: 'long' } as const;

const made = new Map<string, Intl.DateTimeFormat>();

/** Each is made once: that takes a slow phone 20 ms, and a page is drawn again each second. */
function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = JSON.stringify([locale, options]);
  const format = made.get(key) ?? new Intl.DateTimeFormat(locale, options);
  made.set(key, format);
  return format;
}

/** `09:00` today, with the day on any other, in the student's zone. Not pure: the language may change. */
@Pipe({ name: 'clockTime', pure: false })
export class ClockTime implements PipeTransform {
  private readonly language = inject(Language);

  transform(instant: string): string {
    const moment = new Date(instant);
    if (Number.isNaN(moment.getTime())) return '';
    const isToday = moment.toDateString() === new Date().toDateString();
    return formatOf(this.language.locale(), isToday ? time : dayAndTime).format(moment);
  }
}

/** The school's zone, an IANA name; null when the page was not told, or does not know it. */
function schoolZone(): string | null {
  const zone = document.querySelector<HTMLMetaElement>('meta[name="school-time-zone"]')?.content;
  try {
    return zone ? new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone : null;
  } catch {
    return null;
  }
}

/** The same moment on the school's clock, with the name of its zone; empty where both clocks show the same. */
@Pipe({ name: 'schoolTime', pure: false })
export class SchoolTime implements PipeTransform {
  private readonly language = inject(Language);
  private readonly zone = schoolZone();

  transform(instant: string): string {
    const moment = new Date(instant);
    const { zone } = this;
    if (!zone || Number.isNaN(moment.getTime())) return '';
    const day = { ...time, weekday: 'short' } as const;
    const shown = (timeZone?: string) => formatOf('en', { ...day, ...(timeZone && { timeZone }) }).format(moment);
    if (shown(zone) === shown()) return '';
    const locale = this.language.locale();
    const isSameDay = shown(zone).slice(0, 3) === shown().slice(0, 3);
    const parts = formatOf(locale, { timeZone: zone, timeZoneName: 'long' }).formatToParts(moment);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? zone;
    const at = formatOf(locale, { ...(isSameDay ? time : day), timeZone: zone }).format(moment);
    return this.language.texts().time.atSchool(at, name);
  }
}
