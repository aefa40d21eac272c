export * from './retry.ts';
export * from './pacing.ts';
export * from './speed.ts';
export * from './connection-test.ts';
export * from './group.ts';
export * from './opening.ts';
