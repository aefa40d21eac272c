/** An API process that stops telling the counts after a few broadcasts. */
import { replaceMethod, runs } from './replace-method.ts';

type Tell = (this: unknown, ...args: unknown[]) => Promise<void>;

const broadcasts = 3;
let told = 0;

if (runs('main.js'))
  await replaceMethod<Tell>(
    'attendance/count-broadcaster.js',
    'CountBroadcaster',
    'tell',
    (original) =>
      async function (this: unknown, ...args) {
        if (++told <= broadcasts) await original.apply(this, args);
      },
  );
