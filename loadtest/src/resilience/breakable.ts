import type { LocalSystem } from '../system/local-system.ts';
import type { SystemUnderTest } from '../system/system-under-test.ts';

/** A system of the load test's own that can be broken. */
export interface Breakable<Parts> extends SystemUnderTest {
  parts: Parts;
  /** The rows, past whatever is broken. */
  source: LocalSystem['source'];
  /** Resolves when everything is as it was at the start. @throws Fault when that does not come */
  untilWhole?: () => Promise<void>;
}
