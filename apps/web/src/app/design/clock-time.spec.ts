import { TestBed } from '@angular/core/testing';
import { Language } from '../texts/language';
import { ClockTime, SchoolTime } from './clock-time';

const tell = (zone: string) => (document.head.innerHTML = `<meta name="school-time-zone" content="${zone}">`);
const school = () => TestBed.runInInjectionContext(() => new SchoolTime());
const here = new Intl.DateTimeFormat().resolvedOptions().timeZone;
/** A clock that shows another time than any on the test's machine but its own. */
const elsewhere = here === 'Asia/Tokyo' ? 'Europe/Berlin' : 'Asia/Tokyo';

describe('times', () => {
  it('are the student’s, with the day unless it is today', () => {
    const pipe = TestBed.runInInjectionContext(() => new ClockTime());
    expect(pipe.transform(new Date().toISOString())).toMatch(/^\d\d:\d\d/);
    expect(pipe.transform('2020-02-29T12:00:00.000Z')).toContain('February');
    expect(pipe.transform('not a time')).toBe('');
  });

  it('name the school’s zone where its clock differs', () => {
    tell(elsewhere);
    expect(school().transform('2026-11-22T08:00:00.000Z')).toMatch(/at your school \(.*Standard Time\)$/);
    tell(here);
    expect(school().transform('2026-11-22T08:00:00.000Z')).toBe('');
  });

  it.each(['', 'Mars/Olympus', '<b>'])('say nothing of a zone “%s”', (zone) => {
    tell(zone);
    expect(school().transform('2026-11-22T08:00:00.000Z')).toBe('');
  });

  it('follow the language', async () => {
    await TestBed.inject(Language).choose('es');
    const pipe = TestBed.runInInjectionContext(() => new ClockTime());
    expect(pipe.transform('2020-02-29T12:00:00.000Z')).toContain('febrero');
  });
});
