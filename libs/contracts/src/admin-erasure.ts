import { z } from 'zod';
import { auditKinds } from './admin-corrections.ts';
import { id, instant } from './primitives.ts';

export const anonymisation = z
  .strictObject({
    reason: z.string().trim().min(3).max(500).meta({ example: 'Asked for by the family, letter of 3 May.' }),
  })
  .meta({ id: 'Anonymisation' });
export type Anonymisation = z.infer<typeof anonymisation>;

const name = z.object({ username: z.string(), displayName: z.string() });
const span = z.object({ since: instant, until: instant.nullable().meta({ description: 'null: still so.' }) });

/** What an audit entry says about one student. Others are in it by their id alone. */
const entryOfStudent = z.object({
  eventId: id,
  at: instant,
  kind: z.enum(auditKinds),
  outcome: z.string(),
  actorId: id.nullable().meta({ description: 'Who did it; null: an admin.' }),
  userId: id.meta({ description: 'To whom.' }),
  ip: z.string().meta({ description: 'Of what the student did; empty for what others did.' }),
  userAgent: z.string(),
  reason: z.string().nullable(),
});

/** All that is kept about one student. */
export const studentRecord = z
  .object({
    userId: id,
    ...name.shape,
    sourcedId: z.string().nullable(),
    leftAt: instant.nullable(),
    anonymisedAt: instant.nullable(),
    names: z.array(name.extend(span.shape)).meta({ description: 'Times on the roster, each under one name.' }),
    classes: z.array(z.object({ name: z.string(), ...span.shape })),
    attendances: z.array(
      z.object({
        eventId: id,
        title: z.string(),
        checkedInAt: instant,
        checkedInBy: id,
        checkedOutAt: instant.nullable(),
        checkedOutBy: id.nullable(),
        kbps: z.int(),
        testBytes: z.int(),
        revokedAt: instant.nullable(),
        correctedAt: instant.nullable(),
      }),
    ),
    audit: z.array(entryOfStudent),
  })
  .meta({ id: 'StudentRecord' });
export type StudentRecord = z.infer<typeof studentRecord>;

export const adminActKinds = ['deletion', 'anonymisation', 'disclosure'] as const;

export const adminActQuery = z.strictObject({
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export type AdminActQuery = z.infer<typeof adminActQuery>;

/** What an admin, or retention, did that is of no event. */
export const adminAct = z
  .object({
    id: z.int(),
    at: instant,
    kind: z.enum(adminActKinds),
    userId: id.nullable().meta({ description: 'Whom it concerned; null for the deletion of an event.' }),
    reason: z.string().nullable(),
    before: z.unknown().meta({ description: 'Of a deletion: what the event was.' }),
    ip: z.string().meta({ description: 'Empty: retention did it.' }),
    userAgent: z.string(),
  })
  .meta({ id: 'AdminAct' });
export type AdminAct = z.infer<typeof adminAct>;
