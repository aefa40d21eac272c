import { z } from 'zod';
import { id, instant } from './primitives.ts';

const username = z.string().meta({ example: 'ada.lovelace0417' });
const displayName = z.string().meta({ example: 'Ada Lovelace' });
const classes = z.array(z.string()).meta({ example: ['7B'], description: 'The classes at the time of the event.' });

export const attendanceStates = ['checked in', 'checked out', 'did not check out'] as const;

export const attendanceLine = z
  .object({
    userId: id,
    username,
    displayName,
    classes,
    state: z.enum(attendanceStates).meta({
      description: '“did not check out”: the event is closed, and no time was made up for it.',
    }),
    checkedInAt: instant,
    checkedInBy: displayName,
    checkedInByUsername: username,
    checkedOutAt: instant.nullable(),
    checkedOutBy: displayName.nullable(),
    checkedOutByUsername: username.nullable(),
    minutesBetweenCheckInAndCheckOut: z.number().nullable().meta({
      example: 58.5,
      description: 'The time between the two clicks. It does not say that somebody watched.',
    }),
    kbps: z.int().meta({ example: 4200, description: 'Measured by the connection test of whoever sent the check-in.' }),
    corrected: z.boolean().meta({ description: 'An admin changed it by hand; the audit says who, when and why.' }),
  })
  .meta({ id: 'AttendanceLine' });
export type AttendanceLine = z.infer<typeof attendanceLine>;

export const absentee = z
  .object({
    userId: id,
    username,
    displayName,
    classes,
    remark: z.enum(['', 'check-in revoked', 'left the roster since']),
  })
  .meta({ id: 'Absentee' });
export type Absentee = z.infer<typeof absentee>;

export const classLine = z
  .object({
    id,
    name: z.string().meta({ example: '7B' }),
    enrolled: z.int(),
    checkedIn: z.int(),
    absent: z.int(),
    checkedOut: z.int(),
    notCheckedOut: z.int().meta({ description: 'Checked in, and not out (yet).' }),
  })
  .meta({ id: 'ClassLine' });
export type ClassLine = z.infer<typeof classLine>;

export const bringer = z
  .object({
    userId: id,
    username,
    displayName,
    brought: z.int().meta({ example: 30, description: 'Classmates checked in by this student.' }),
    firstAt: instant,
    lastAt: instant,
    minimumKbps: z.int().meta({ description: 'The slowest connection among these check-ins.' }),
  })
  .meta({ id: 'Bringer' });
export type Bringer = z.infer<typeof bringer>;

export const bringersQuery = z.strictObject({ atLeast: z.coerce.number().int().min(1).max(100_000).default(1) });
export type BringersQuery = z.infer<typeof bringersQuery>;
