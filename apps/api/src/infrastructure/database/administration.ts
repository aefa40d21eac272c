import { InjectDataSource } from '@nestjs/typeorm';

export const administration = 'administration';

/** Few: what admins ask for may wait in a line of its own, and never in that of students. */
export const administrationConnections = 3;

/** A statement of an admin that takes longer than this ends with an error. A page of a report takes milliseconds. */
export const administrationStatementSeconds = 30;

/**
 * The pool of reports, audit, roster import, corrections and retention. Students' requests have the other one: ten
 * searches of the audit at once held all its connections for seconds.
 */
export const AdministrationPool = (): ParameterDecorator => InjectDataSource(administration);
