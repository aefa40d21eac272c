import { z } from 'zod';
import { rosterModes } from './rules.ts';

/** `merge` adds and updates. With `replace` whoever is not in the file leaves the roster, with `remove` whoever is in it. */
export const rosterImportOptions = z.strictObject({
  dryRun: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  mode: z.enum(rosterModes).default('merge'),
});
export type RosterImportOptions = z.infer<typeof rosterImportOptions>;

const count = z.int().min(0);
const counted = z.object({ users: count, classes: count, enrollments: count });
const username = z.string().meta({ example: 'ada.lovelace0417' });
const className = z.string().meta({ example: '7B' });

export const refusedRosterRow = z.object({
  file: z.string().optional().meta({ example: 'users.csv', description: 'Of a OneRoster zip: which of its files.' }),
  line: z.int().meta({ example: 17, description: 'The header is line 1.' }),
  username: username.optional(),
  reason: z.string().meta({ example: 'the username does not end in four digits' }),
});
export type RefusedRosterRow = z.infer<typeof refusedRosterRow>;

export const rosterReport = z
  .object({
    dryRun: z.boolean().meta({ description: 'true: nothing was written; the same import would do what stands here.' }),
    mode: z.enum(rosterModes),
    format: z.enum(['csv', 'oneroster']),
    rows: count.meta({ description: 'Rows read, in all files.' }),
    added: counted.meta({ description: 'New on the roster, or back on it.' }),
    changed: z.object({ users: count }).meta({ description: 'Students under a new name.' }),
    left: counted.meta({ description: 'Off the roster now. Attendance that was taken stays.' }),
    unchanged: z.object({ users: count, enrollments: count }),
    refusedRows: count.meta({ description: 'Rows that were not taken; they remove nobody either.' }),
    refused: z.array(refusedRosterRow).meta({ description: 'The first 10,000 of them.' }),
    listed: z
      .object({
        usersAdded: z.array(z.object({ username, displayName: z.string() })),
        usersChanged: z.array(z.object({ username, from: z.string(), to: z.string() })),
        usersLeft: z.array(z.object({ username, displayName: z.string() })),
        classesAdded: z.array(className),
        classesLeft: z.array(className),
        enrollmentsAdded: z.array(z.object({ username, className })),
        enrollmentsLeft: z.array(z.object({ username, className })),
      })
      .meta({ description: 'By name, the first hundred of each.' }),
  })
  .meta({ id: 'RosterReport' });
export type RosterReport = z.infer<typeof rosterReport>;

export const rosterStudent = z
  .object({ userId: z.int().meta({ example: 1 }), username, displayName: z.string(), classes: z.array(className) })
  .meta({ id: 'RosterStudent' });
export type RosterStudent = z.infer<typeof rosterStudent>;

export const rosterClass = z.object({ id: z.int(), name: className, enrolled: count }).meta({ id: 'RosterClass' });
export type RosterClass = z.infer<typeof rosterClass>;

export const rosterSearch = z.strictObject({ search: z.string().trim().min(1).max(100) });
export type RosterSearch = z.infer<typeof rosterSearch>;
