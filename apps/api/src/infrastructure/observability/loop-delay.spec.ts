import { setTimeout as sleep } from 'node:timers/promises';
import { LoopDelay } from './loop-delay.ts';

function stall(milliseconds: number): void {
  const until = performance.now() + milliseconds;
  while (performance.now() < until);
}

test('says how long everything waited for a turn, for as long as that is recent', async () => {
  const delay = new LoopDelay();
  await sleep(30);
  stall(150);
  await sleep(30);
  expect(delay.recent()).toBeGreaterThan(100);
  delay.look();
  expect(delay.recent()).toBeGreaterThan(100);
  delay.look();
  delay.look();
  expect(delay.recent()).toBeLessThan(100);
  delay.onApplicationShutdown();
});
