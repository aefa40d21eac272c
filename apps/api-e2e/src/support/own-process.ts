import type { System } from '@exco/local-stack';
import { TestStack } from './test-stack.ts';

export interface OwnProcess {
  stack: TestStack;
  api: System;
}

/**
 * For a file that breaks, measures or sets up an API process of its own: the shared stack, and one more process on it from
 * the first test to the last. What is given here is filled in before the first test.
 */
export function ownProcess(env: Record<string, string> = {}): OwnProcess {
  const own = {} as OwnProcess;
  beforeAll(async () => {
    own.stack = await TestStack.shared();
    own.api = await own.stack.anotherApi(env);
  });
  afterAll(async () => {
    await own.api.stop();
    await own.stack.close();
  });
  return own;
}
