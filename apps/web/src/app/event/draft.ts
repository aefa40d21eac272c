import { inject, Service } from '@angular/core';
import { CurrentStudent } from '../core/current-student';
import { sessionRecord } from '../core/session-record';

/** What was typed, so that a reload, a new sign-in or a moved opening loses nothing. */
export interface Draft {
  digits: string;
  classmates: Record<number, string>;
  /** “Check me in at the opening” was pressed. */
  pressed: boolean;
}

export const emptyDraft: Draft = { digits: '', classmates: {}, pressed: false };

const fourDigits = /^\d{4}$/;

/** Kept for each student: on a device that several share, nobody finds what another one typed. */
@Service()
export class Drafts {
  private readonly student = inject(CurrentStudent);

  read(eventId: number): Draft {
    const key = this.key(eventId);
    const record = key === null ? null : (sessionRecord.read(key) as Partial<Draft> | null);
    const classmates = Object.entries(record?.classmates ?? {}).filter(
      ([id, digits]) => Number(id) > 0 && fourDigits.test(digits),
    );
    return {
      digits: typeof record?.digits === 'string' && /^\d{0,4}$/.test(record.digits) ? record.digits : '',
      classmates: Object.fromEntries(classmates),
      pressed: record?.pressed === true,
    };
  }

  write(eventId: number, draft: Draft | null): void {
    const key = this.key(eventId);
    if (key !== null) sessionRecord.write(key, draft);
  }

  /** null while nobody is signed in. */
  private key(eventId: number): string | null {
    const me = this.student.user();
    return me && `exco-check-in-${eventId}-${me.id}`;
  }
}
