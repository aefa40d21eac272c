import { z } from 'zod';
import { counts, eventSummary } from './live-event.ts';
import { id, looseInstant } from './primitives.ts';

/** The stream that the server renders itself, from the clock, for the demo. */
export const demoStreamUrl = '/demo-stream/live.m3u8';

/** What a process finds when it judges its settings and what they lead to, as `npm run check-config` says it. */
export const configurationChecks = z
  .object({
    process: z.string().meta({ description: 'The one that answered: ask again to hear the others.' }),
    checks: z.array(
      z.object({
        verdict: z.enum(['right', 'wrong', 'advice']).meta({ description: '`advice`: it serves all the same.' }),
        says: z.string().meta({ example: 'REDIS_URL: Redis answers.' }),
      }),
    ),
  })
  .meta({ id: 'ConfigurationChecks' });
export type ConfigurationChecks = z.infer<typeof configurationChecks>;

const localHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

function isSafeStreamUrl(text: string): boolean {
  if (text === demoStreamUrl) return true;
  // Parsers take line breaks out, and put slashes in: what is kept would not be what was judged.
  if (!/^https?:\/\/[^\s/\\]/.test(text) || /[\s\p{Cc}\\]/u.test(text) || !URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username || url.password) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && localHosts.has(url.hostname));
}

/** An HLS playlist: https, http on this machine, or the demo stream. */
export const streamUrl = z
  .string()
  .max(2000)
  .refine(isSafeStreamUrl, `must be an https address (http for localhost only) or ${demoStreamUrl}`)
  .meta({ example: demoStreamUrl });

const changeableFields = {
  title: z.string().trim().min(1).max(200).meta({ example: 'Winter assembly' }),
  streamUrl,
  fallbackStreamUrl: streamUrl.nullable().meta({ example: null }),
  preparesAt: looseInstant.nullable().meta({
    description: 'From then on waiting pages get ready; null or left out: 15 minutes before `opensAt`.',
  }),
  opensAt: looseInstant.meta({ description: 'Check-in opens.' }),
  startsAt: looseInstant.meta({ description: 'The stream starts.' }),
  endsAt: looseInstant.meta({ description: 'The stream ends and check-out opens.' }),
  closesAt: looseInstant.meta({ description: 'Check-out closes.' }),
  minimumKbps: z.int().min(0).max(1_000_000).meta({ example: 500 }),
  classIds: z.array(id).min(1).max(10_000).nullable().meta({
    example: null,
    description: 'The classes that the event is for; null: everybody.',
  }),
};

type Times = Partial<Record<'preparesAt' | 'opensAt' | 'startsAt' | 'endsAt' | 'closesAt', string | null | undefined>>;

/** The first pair of times that is out of order, as `[field, sentence]`; absent times are not judged. */
export function timesOutOfOrder(times: Times): [keyof Times, string] | null {
  const at = (text: string | null | undefined) => (text === undefined || text === null ? NaN : Date.parse(text));
  if (at(times.preparesAt) > at(times.opensAt)) return ['preparesAt', 'must not be after opensAt'];
  if (at(times.startsAt) < at(times.opensAt)) return ['startsAt', 'must not be before opensAt'];
  if (at(times.endsAt) <= at(times.startsAt)) return ['endsAt', 'must be after startsAt'];
  if (at(times.closesAt) <= at(times.endsAt)) return ['closesAt', 'must be after endsAt'];
  return null;
}

function refuseTimesOutOfOrder(input: { value: Times; issues: unknown[] }): void {
  const fault = timesOutOfOrder(input.value);
  if (fault) input.issues.push({ code: 'custom', path: [fault[0]], message: fault[1], input: input.value });
}

export const createLiveEvent = z
  .strictObject({
    ...changeableFields,
    streamUrl: changeableFields.streamUrl.default(demoStreamUrl),
    fallbackStreamUrl: changeableFields.fallbackStreamUrl.default(null),
    minimumKbps: changeableFields.minimumKbps.default(500),
    preparesAt: changeableFields.preparesAt.default(null),
    classIds: changeableFields.classIds.default(null),
  })
  .check(refuseTimesOutOfOrder)
  .meta({
    id: 'CreateLiveEvent',
    example: {
      title: 'Winter assembly',
      streamUrl: demoStreamUrl,
      opensAt: '2026-12-18T08:30:00.000Z',
      startsAt: '2026-12-18T09:00:00.000Z',
      endsAt: '2026-12-18T10:00:00.000Z',
      closesAt: '2026-12-18T11:00:00.000Z',
      minimumKbps: 500,
    },
  });
export type CreateLiveEvent = z.infer<typeof createLiveEvent>;

export const changeLiveEvent = z
  .strictObject(changeableFields)
  .partial()
  .check(refuseTimesOutOfOrder)
  .meta({
    id: 'ChangeLiveEvent',
    example: { endsAt: '2026-12-18T10:15:00.000Z', closesAt: '2026-12-18T11:15:00.000Z' },
  });
export type ChangeLiveEvent = z.infer<typeof changeLiveEvent>;

/** An event as its host sees it. */
export const adminEvent = eventSummary
  .extend({ streamUrl: z.string(), fallbackStreamUrl: z.string().nullable(), classIds: z.array(id).nullable() })
  .meta({ id: 'AdminEvent' });
export type AdminEvent = z.infer<typeof adminEvent>;

export const summary = z
  .object({
    counts,
    enrolled: z.int().meta({ description: 'Students whom the event is for, on the roster while it went on.' }),
    classes: z.array(z.object({ id, name: z.string(), enrolled: z.int(), checkedIn: z.int(), checkedOut: z.int() })),
  })
  .meta({ id: 'Summary' });
export type Summary = z.infer<typeof summary>;

/** The first page holds all that have not closed; then come closed ones. `before`: those that closed before this one. */
export const eventListQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(500).optional(),
  before: z.coerce.number().int().min(1).max(4_294_967_295).optional(),
});
export type EventListQuery = z.infer<typeof eventListQuery>;
