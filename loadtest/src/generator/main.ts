/** One generator process: it plays a part of the students, by the orders of the process that started it. */
import { Crowd } from './crowd.ts';
import type { Order, Report } from './messages.ts';
import { emptyLog, type Log } from '../truth/log.ts';

const linesPerMessage = 5_000;

const tell = (report: Report) => process.send?.(report);

function fail(reason: unknown): void {
  tell({ type: 'failed', reason: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason) });
}

let crowd: Crowd | null = null;

/** In slices: one message of a hundred megabytes would stall both processes. */
function* slicesOf(log: Log): Generator<Log> {
  const longest = Math.max(...Object.values(log).map((lines: unknown[]) => lines.length));
  for (let from = 0; from < longest; from += linesPerMessage) {
    const slice = emptyLog();
    const to = from + linesPerMessage;
    slice.checkIns = log.checkIns.slice(from, to);
    slice.checkOuts = log.checkOuts.slice(from, to);
    slice.told = log.told.slice(from, to);
    slice.lists = log.lists.slice(from, to);
    yield slice;
  }
}

function obey(order: Order): void {
  if (order.type === 'direct') {
    crowd = new Crowd(order.direction, order.localAddresses, fail);
    tell({ type: 'ready' });
    return;
  }
  if (!crowd) throw new Error(`“${order.type}” before “direct”`);
  const all = crowd;
  switch (order.type) {
    case 'cast':
      all.cast(order.parts);
      return;
    case 'start':
      all.admit(order.at).catch(fail);
      setInterval(() => tell({ type: 'progress', progress: all.progress() }), 1_000);
      return;
    case 'end':
      all.end().catch(fail);
      return;
    case 'show':
      tell({ type: 'shown', groups: all.shown() });
      return;
    case 'collect':
      // What is still being asked may yet become a row: the log has it once the page is closed.
      all.close();
      setImmediate(() => {
        for (const log of slicesOf(all.recorder.log)) tell({ type: 'log', log });
        tell({ type: 'collected', recorded: all.recorder.recorded(), health: all.health() });
      });
      return;
  }
}

process.on('message', (order: Order) => {
  try {
    obey(order);
  } catch (error) {
    fail(error);
  }
});
process.on('uncaughtException', fail);
// Whoever started this process is gone, or done: nothing may be left behind.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the order to end comes from the process that started this one.
process.on('SIGINT', () => undefined);
