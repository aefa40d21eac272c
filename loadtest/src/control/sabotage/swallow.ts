/** A worker that loses one batch in a hundred, and says that it was written. */
import { replaceMethod, runs } from './replace-method.ts';
import { repository, type CheckIn } from './repository.ts';

const oneIn = 100;
let batches = 0;

if (runs('worker.js'))
  await replaceMethod<CheckIn>(
    ...repository,
    (original) =>
      async function (this: unknown, eventId, rows) {
        if (++batches % oneIn === oneIn / 2) return rows.map(([, byId, at]) => [at, byId, null, null]);
        return original.call(this, eventId, rows);
      },
  );
