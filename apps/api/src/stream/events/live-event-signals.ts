import { z } from 'zod';
import { defineSignal } from '../../infrastructure/redis/signals.ts';

export const liveEventChanged = defineSignal('eventChanged', z.object({ eventId: z.number() }));
