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
const key = (eventId: number, userId: number) => `exco-check-in-${eventId}-${userId}`;

/** Kept for each student: on a device that several share, nobody finds what another one typed. */
export const drafts = {
  read(eventId: number, userId: number): Draft {
    const record = sessionRecord.read(key(eventId, userId)) as Partial<Draft> | null;
    const classmates = Object.entries(record?.classmates ?? {}).filter(
      ([id, digits]) => Number(id) > 0 && fourDigits.test(digits),
    );
    return {
      digits: typeof record?.digits === 'string' && /^\d{0,4}$/.test(record.digits) ? record.digits : '',
      classmates: Object.fromEntries(classmates),
      pressed: record?.pressed === true,
    };
  },
  write(eventId: number, userId: number, draft: Draft | null): void {
    sessionRecord.write(key(eventId, userId), draft);
  },
};
