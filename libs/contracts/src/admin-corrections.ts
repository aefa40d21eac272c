import { z } from 'zod';
import { attendanceView } from './live-event.ts';
import { id, instant, looseInstant } from './primitives.ts';

export const correctionKinds = ['check-in', 'check-out', 'revoke'] as const;

export const correction = z
  .strictObject({
    userId: id,
    kind: z.enum(correctionKinds).meta({
      description:
        '`revoke` takes a check-in back: the student is out, and can’t check in again until a `check-in` here lifts it.',
    }),
    reason: z.string().trim().min(3).max(500).meta({ example: 'The phone’s battery was empty; seen in the hall.' }),
    at: looseInstant.optional().meta({ description: 'When it really happened; now when left out. Not for `revoke`.' }),
  })
  .meta({
    id: 'Correction',
    example: { userId: 1, kind: 'check-in', reason: 'The phone’s battery was empty; seen in the hall.' },
  });
export type Correction = z.infer<typeof correction>;

export const correctionResult = z
  .object({
    userId: id,
    kind: z.enum(correctionKinds),
    changed: z.boolean().meta({ description: 'false: it was so already, and nothing was written.' }),
    attendance: attendanceView.nullable().meta({ description: 'As it stands now.' }),
  })
  .meta({ id: 'CorrectionResult' });
export type CorrectionResult = z.infer<typeof correctionResult>;

export const auditKinds = ['check-in', 'check-out', 'digit-check', 'correction'] as const;

export const auditQuery = z.strictObject({
  userId: z.coerce.number().pipe(id).optional(),
  kind: z.enum(auditKinds).optional(),
  outcome: z
    .string()
    .regex(/^[\w-]{1,24}$/)
    .optional(),
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(200),
});
export type AuditQuery = z.infer<typeof auditQuery>;

const known = z.object({ id: z.int(), username: z.string(), displayName: z.string() });

export const auditEntry = z
  .object({
    id: z.int(),
    at: instant,
    kind: z.enum(auditKinds),
    outcome: z
      .string()
      .meta({ example: 'checked-in', description: 'What came of it, or the code of the error that was answered.' }),
    actor: known.nullable().meta({ description: 'Who did it; null: an admin.' }),
    user: known.meta({ description: 'To whom.' }),
    ip: z.string().meta({ example: '192.0.2.17' }),
    userAgent: z.string(),
    reason: z.string().nullable().meta({ description: 'Of a correction.' }),
    before: z.unknown().meta({ description: 'Of a correction: the attendance as it was.' }),
  })
  .meta({ id: 'AuditEntry' });
export type AuditEntry = z.infer<typeof auditEntry>;
