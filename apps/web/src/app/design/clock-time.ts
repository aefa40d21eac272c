import { inject, Pipe, type PipeTransform } from '@angular/core';
import { Language } from '../texts/language';

const time = { hour: '2-digit', minute: '2-digit' } as const;
const dayAndTime = { ...time, weekday: 'long', day: 'numeric', month: 'long' } as const;

/** `09:00` today, with the day on any other, in the student's zone. Not pure: the language may change. */
@Pipe({ name: 'clockTime', pure: false })
export class ClockTime implements PipeTransform {
  private readonly language = inject(Language);

  transform(instant: string): string {
    const moment = new Date(instant);
    if (Number.isNaN(moment.getTime())) return '';
    const isToday = moment.toDateString() === new Date().toDateString();
    return new Intl.DateTimeFormat(this.language.locale(), isToday ? time : dayAndTime).format(moment);
  }
}
