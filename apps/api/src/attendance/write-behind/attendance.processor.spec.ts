import 'reflect-metadata';
import type { Job, Queue } from 'bull';
import type { AttendanceJobs, CheckOutRow, JobName, Written } from '../records/attendance-rows.ts';
import { AttendanceProcessor } from './attendance.processor.ts';
import type { Committer } from './committer.ts';

/** One of each kind; a job that is new to the map does not compile here until it is handled. */
const jobs: { [N in JobName]: AttendanceJobs[N] } = {
  'check-in': { eventId: 3, rows: [[1, 1, 0, 4000, 1]] },
  'check-out': { eventId: 3, rows: [[1, 1, 0, false]], tries: 0 },
};

function aProcessor(commit: (name: JobName) => Written[] = () => [[0, 1, null, null]]) {
  const committed: unknown[] = [];
  const added: { name: string; job: unknown; options: unknown }[] = [];
  const committer = {
    commit: (...call: [JobName, unknown, unknown]) => {
      committed.push(call);
      return Promise.resolve(commit(call[0]));
    },
  } as unknown as Committer;
  const queue = {
    add: (name: string, job: unknown, options: unknown) => Promise.resolve(added.push({ name, job, options })),
  } as unknown as Queue;
  return { processor: new AttendanceProcessor(committer, queue), committed, added };
}

const run = (processor: AttendanceProcessor, name: string, job: unknown) =>
  processor.process({ name, data: job } as Job);

test.each(Object.keys(jobs) as JobName[])('%s is committed once, patiently', async (name) => {
  const { processor, committed } = aProcessor();
  await run(processor, name, jobs[name]);
  expect(committed).toEqual([[name, jobs[name], 'patient']]);
});

test('a job that nobody knows fails, and commits nothing', async () => {
  const { processor, committed } = aProcessor();
  await expect(run(processor, 'erase', {})).rejects.toThrow('no such job: erase');
  expect(committed).toEqual([]);
});

test('one handler takes all of them: the concurrency of several would add up', () => {
  const own = AttendanceProcessor.prototype as unknown as Record<string, object>;
  const handlers = Object.getOwnPropertyNames(own).flatMap((name) => {
    const method = own[name] as object;
    return Reflect.getMetadataKeys(method).includes('bull:module_queue_process')
      ? [Reflect.getMetadata('bull:module_queue_process', method) as unknown]
      : [];
  });
  expect(handlers).toEqual([{ name: '*', concurrency: 4 }]);
});

describe('a check-out whose check-in is still on its way', () => {
  const rows: CheckOutRow[] = [
    [1, 1, 0, false],
    [2, 1, 0, true],
    [3, 1, 0, true],
  ];
  const written: Written[] = [[0, 1, 0, 1], 'awaited', 'awaited'];

  test('is put off, those rows alone', async () => {
    const { processor, added } = aProcessor(() => written);
    expect(await run(processor, 'check-out', { eventId: 3, rows, tries: 4 })).toEqual(written);
    expect(added).toEqual([
      { name: 'check-out', job: { eventId: 3, rows: rows.slice(1), tries: 5 }, options: { delay: 1_000 } },
    ]);
  });

  test('but not for ever', async () => {
    const { processor, added } = aProcessor(() => written);
    await run(processor, 'check-out', { eventId: 3, rows, tries: 900 });
    expect(added).toEqual([]);
  });
});
