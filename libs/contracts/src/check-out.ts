import { z } from 'zod';
import { displayName, id, instant } from './primitives.ts';
import { maximumClassmates } from './rules.ts';

/** One of those whom I may check out: me first, then everyone I checked in. */
export const companion = z
  .object({ userId: id, displayName, checkedInAt: instant, checkedOutAt: instant.nullable() })
  .meta({ id: 'Companion' });
export type Companion = z.infer<typeof companion>;

export const checkOutRequest = z
  .strictObject({
    userIds: z
      .array(id)
      .min(1)
      // Somebody may bring classmates in several requests, and checks all of them out in one.
      .max(5 * maximumClassmates)
      .refine((all) => new Set(all).size === all.length, 'names one student twice'),
  })
  .meta({ id: 'CheckOut', example: { userIds: [1, 2] } });
export type CheckOutRequest = z.infer<typeof checkOutRequest>;

const written = z.object({
  userId: id,
  outcome: z.enum(['checked-out', 'already-checked-out']),
  checkedOutAt: instant,
});
const refused = z.object({ userId: id, outcome: z.literal('not-yours') });
const queued = z.object({ userId: id, outcome: z.literal('queued') });

export const checkOutCommitted = z
  .object({ committed: z.literal(true), results: z.array(z.union([written, refused])) })
  .meta({ id: 'CheckOutCommitted' });
export const checkOutQueued = z
  .object({ committed: z.literal(false), results: z.array(z.union([queued, refused])) })
  .meta({ id: 'CheckOutQueued' });

export type CheckOutCommitted = z.infer<typeof checkOutCommitted>;
export type CheckOutQueued = z.infer<typeof checkOutQueued>;
export type CheckOutAnswer = CheckOutCommitted | CheckOutQueued;
