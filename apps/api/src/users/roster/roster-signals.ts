import { z } from 'zod';
import { defineSignal } from '../../infrastructure/redis/signals.ts';

export const rosterChanged = defineSignal('rosterChanged', z.object({}));
