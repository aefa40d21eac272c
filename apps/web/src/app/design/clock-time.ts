import { Pipe, type PipeTransform } from '@angular/core';

const time = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  hour: '2-digit',
  minute: '2-digit',
});

/** `09:00` today, with the day on any other. */
@Pipe({ name: 'clockTime' })
export class ClockTime implements PipeTransform {
  transform(instant: string): string {
    const moment = new Date(instant);
    return (moment.toDateString() === new Date().toDateString() ? time : dayAndTime).format(moment);
  }
}
