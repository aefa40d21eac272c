export { aDatabase, aRedis, type OwnDatabase } from './servers.ts';
export { demoRoster, rosterCsv } from './demo-roster.ts';
export { aClassSection, aLiveEvent, aStudent } from './builders.ts';
export { believedStatistics } from './statistics.ts';
export { eventually } from './eventually.ts';
export { TcpProxy } from './tcp-proxy.ts';
export { ReplicatedRedis } from './replicated-redis.ts';
export { nodeOptionsForClock } from './shifted-clock.ts';
export {
  formsWithACase,
  forgetStatements,
  statementForms,
  tellsFormsAsListed,
  writeFormsWithACase,
} from './statement-forms.ts';
