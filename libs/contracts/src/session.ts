import { z } from 'zod';
import { classmate } from './check-in.ts';
import { eventView } from './live-event.ts';
import { displayName, id } from './primitives.ts';

export const signIn = z
  .union([
    z.strictObject({ username: z.string().trim().min(1).max(100).meta({ example: 'ada.lovelace0417' }) }),
    z.strictObject({ token: z.string().min(1).max(4096) }),
  ])
  .meta({ id: 'SignIn', description: 'The full username, or a signed join link’s or launch’s token.' });
export type SignIn = z.infer<typeof signIn>;

export const classSection = z.object({ id, name: z.string().meta({ example: '7B' }) }).meta({ id: 'ClassSection' });
export type ClassSectionView = z.infer<typeof classSection>;

export const session = z
  .object({
    user: z.object({ id, displayName, classes: z.array(classSection) }),
    event: eventView
      .nullable()
      .optional()
      .meta({ description: 'For who asked with `?event=current` or `?event=<id>`; null when there is none.' }),
    classmates: z
      .array(classmate)
      .optional()
      .meta({ description: 'With `event`, for who is not checked in at it yet.' }),
  })
  .meta({ id: 'Session' });
export type Session = z.infer<typeof session>;
