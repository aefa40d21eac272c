import type { SessionLimits } from '@exco/persistence';

/**
 * Of the statements that a request waits for. A transaction that is left open may hold a row that every other request
 * waits for, such as a counter.
 */
export const requestLimits: SessionLimits = { silence: 4, lock: 3, idleTransaction: 4 };
