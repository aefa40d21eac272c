/** One generator process: it runs some of the virtual users, as the process that started it asks. */
import { emptyLog, type Log } from '../checks/request-log.ts';
import type { UserPlan } from '../plan/user-plan.ts';
import { serve } from '../processes/serve.ts';
import type { Behaviour } from './context.ts';
import type { OwnHealth, Progress, ShownGroup } from '../metrics/progress.ts';
import type { Recorded } from './recorder.ts';
import { VirtualUsers } from './virtual-users.ts';

/** One message of a hundred megabytes would stall both processes. */
const linesPerMessage = 5_000;

export type GeneratorCalls = typeof calls;

let users: VirtualUsers | null = null;
let failure: unknown = null;

const fail = (reason: unknown) => {
  failure ??= reason ?? new Error('unknown');
};

function running(): VirtualUsers {
  if (failure !== null) throw failure instanceof Error ? failure : new Error(JSON.stringify(failure));
  if (!users) throw new Error('the generator was not set up');
  return users;
}

const calls = {
  setUp: ({ behaviour, localAddresses }: { behaviour: Behaviour; localAddresses: string[] | null }): void => {
    users = new VirtualUsers(behaviour, localAddresses, fail);
  },

  add: (plans: UserPlan[]): void => running().add(plans),

  /** @param at milliseconds since 1970 */
  start: (at: number): void => {
    running().admit(at).catch(fail);
  },

  /** The host has ended the event; whoever has not been told by the server leaves after a while all the same. */
  end: (): void => {
    running().end().catch(fail);
  },

  progress: (): Progress => running().progress(),

  shown: (): ShownGroup[] => running().shown(),

  /** Closes all pages. What is still being asked may yet become a row: the log has it once the page is closed. */
  finish: async (): Promise<{ recorded: Recorded; health: OwnHealth; lines: number }> => {
    const all = running();
    all.close();
    await new Promise<void>((resolve) => setImmediate(resolve));
    const lines = Math.max(...Object.values(all.recorder.log).map((one: unknown[]) => one.length));
    return { recorded: all.recorder.recorded(), health: all.health(), lines };
  },

  /** A slice of the log that begins at this line. */
  log: (from: number): { slice: Log; next: number } => {
    const { log } = running().recorder;
    const slice = emptyLog();
    const next = from + linesPerMessage;
    slice.checkIns = log.checkIns.slice(from, next);
    slice.checkOuts = log.checkOuts.slice(from, next);
    slice.told = log.told.slice(from, next);
    slice.lists = log.lists.slice(from, next);
    return { slice, next };
  },
};

process.on('uncaughtException', fail);
serve(calls);
