import { startGlobalStack } from './src/support/global-stack.ts';

export default async function setUp() {
  globalThis.stopGlobalStack = await startGlobalStack();
}
