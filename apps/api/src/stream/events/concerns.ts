import type { LiveEvent } from '@exco/persistence';
import { isIn, type Student } from '../../users/roster/roster.ts';

/** Whether an event is for this student: for everybody, or for one of their classes. */
export function concerns({ classIds }: Pick<LiveEvent, 'classIds'>, student: Student): boolean {
  return isIn(student, classIds);
}
