import type { SessionLimits } from '@exco/persistence';

/**
 * Nothing that a student waits for takes longer. A transaction that is left open may hold an event's row or its
 * counter, and then nobody is checked in.
 */
export const studentsLimits: SessionLimits = { silence: 4, lock: 3, idleTransaction: 4 };
