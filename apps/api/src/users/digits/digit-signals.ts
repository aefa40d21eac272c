import { z } from 'zod';
import { defineSignal } from '../../infrastructure/redis/signals.ts';

/** @property pair `actorId:targetId`; @property until milliseconds since 1970 */
export const digitsLocked = defineSignal('digitsLocked', z.object({ pair: z.string(), until: z.number() }));
