export * from './database.ts';
export * from './entities/attendance.ts';
export * from './entities/class-section.ts';
export * from './entities/enrollment.ts';
export * from './entities/live-event.ts';
export * from './entities/live-event-counter.ts';
export * from './entities/user.ts';
export * from './roster.ts';
