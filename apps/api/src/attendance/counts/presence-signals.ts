import { z } from 'zod';
import { defineSignal } from '../../infrastructure/redis/signals.ts';

/** Their last connection to one process closed; another may still hold one. */
export const watchersLeft = defineSignal(
  'watchersLeft',
  z.object({ eventId: z.number(), userIds: z.array(z.number()) }),
);

export const watchingChanged = defineSignal('watchingChanged', z.object({ eventId: z.number() }));
