/** A worker that now and then writes a row that nobody asked for. */
import { replaceMethod, runs } from './replace-method.ts';
import { repository, type CheckIn } from './repository.ts';

const oneIn = 25;
let batches = 0;

if (runs('worker.js'))
  await replaceMethod<CheckIn>(
    ...repository,
    (original) =>
      async function (this: unknown, eventId, rows) {
        const written = await original.call(this, eventId, rows);
        const [first] = rows;
        if (first && ++batches % oneIn === 0) {
          const [userId, byId, at, kbps, bytes] = first;
          await original.call(this, eventId, [[userId > 1 ? userId - 1 : userId + 1, byId, at, kbps, bytes]]);
        }
        return written;
      },
  );
