import 'reflect-metadata';
import { jest } from '@jest/globals';
import { Injectable, Logger, Module } from '@nestjs/common';
import { DiscoveryModule, NestFactory } from '@nestjs/core';
import { Periodic, PeriodicTask, PeriodicTasks, periodicTasksOf } from './periodic.ts';

const logger = { warn: jest.fn() };
beforeEach(() => {
  jest.useFakeTimers();
  logger.warn.mockClear();
});
afterEach(() => jest.useRealTimers());

const aTask = (work: () => unknown) => new PeriodicTask('the task', 1_000, work, logger as unknown as Logger);

test('runs once an interval, the first time after one interval, and no more once it is stopped', async () => {
  const work = jest.fn();
  const task = aTask(work);
  task.start();
  task.start();
  await jest.advanceTimersByTimeAsync(999);
  expect(work).toHaveBeenCalledTimes(0);
  await jest.advanceTimersByTimeAsync(2_001);
  expect(work).toHaveBeenCalledTimes(3);
  await task.stop();
  await jest.advanceTimersByTimeAsync(5_000);
  expect(work).toHaveBeenCalledTimes(3);
  expect(jest.getTimerCount()).toBe(0);
});

test('a run that takes longer than the interval does not overlap with the next', async () => {
  let underWay = 0;
  let most = 0;
  const task = aTask(async () => {
    most = Math.max(most, ++underWay);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    underWay--;
  });
  task.start();
  await jest.advanceTimersByTimeAsync(20_000);
  expect(most).toBe(1);
  const stopping = task.stop();
  await jest.advanceTimersByTimeAsync(3_000);
  await stopping;
});

test('a failure is logged once, and the next run comes all the same; another minute of failures is logged again', async () => {
  let failing = true;
  const work = jest.fn(() => {
    if (failing) throw new Error('the reason');
  });
  const task = aTask(work);
  task.start();
  await jest.advanceTimersByTimeAsync(10_000);
  expect(work).toHaveBeenCalledTimes(10);
  expect(logger.warn.mock.calls).toEqual([[expect.stringMatching(/the task failed, 1 in a row: .*the reason/)]]);
  await jest.advanceTimersByTimeAsync(60_000);
  expect(logger.warn).toHaveBeenCalledTimes(2);
  failing = false;
  await jest.advanceTimersByTimeAsync(1_000);
  failing = true;
  await jest.advanceTimersByTimeAsync(1_000);
  expect(logger.warn).toHaveBeenCalledTimes(3);
  await task.stop();
});

test('stopping waits for the run that has begun, but not for ever', async () => {
  const run = Promise.withResolvers<undefined>();
  const task = aTask(() => run.promise);
  task.start();
  await jest.advanceTimersByTimeAsync(1_000);
  const stopped = jest.fn();
  void task.stop().then(stopped);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(stopped).not.toHaveBeenCalled();
  run.resolve(undefined);
  await jest.advanceTimersByTimeAsync(0);
  expect(stopped).toHaveBeenCalled();

  const stuck = aTask(() => new Promise(() => undefined));
  stuck.start();
  await jest.advanceTimersByTimeAsync(1_000);
  const gaveUp = jest.fn();
  void stuck.stop().then(gaveUp);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(gaveUp).toHaveBeenCalled();
});

@Injectable()
class Counting {
  runs = 0;

  @Periodic(1_000)
  count(): void {
    this.runs++;
  }

  other(): void {
    this.runs += 1_000;
  }
}

@Module({ imports: [DiscoveryModule], providers: [PeriodicTasks, Counting] })
class CountingModule {}

test('Nest starts the decorated methods of its providers, and stops them at shutdown', async () => {
  const app = await NestFactory.createApplicationContext(CountingModule, { logger: false });
  const counting = app.get(Counting);
  await jest.advanceTimersByTimeAsync(3_000);
  expect(counting.runs).toBe(3);
  await app.close();
  await jest.advanceTimersByTimeAsync(3_000);
  expect(counting.runs).toBe(3);
});

test('the tasks of one object, for who has no application', async () => {
  const counting = new Counting();
  const [task, ...others] = periodicTasksOf(counting);
  expect(others).toEqual([]);
  task?.start();
  await jest.advanceTimersByTimeAsync(1_000);
  expect(counting.runs).toBe(1);
  await task?.stop();
});
