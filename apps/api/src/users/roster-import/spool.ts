import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError } from '../../infrastructure/http/api-error.ts';

/** A hundred thousand students in two classes each are 12 MB. */
export const mostUploadBytes = 64 * 1024 * 1024;

/** An upload may be slow, but not stand still for so long: another one waits for it. */
const longestPauseMilliseconds = 30_000;

export const tooLarge = () => new ApiError('PAYLOAD_TOO_LARGE', { mostBytes: mostUploadBytes });

/**
 * Keeps an upload on disk while `work` reads it: a zip is read from its end, and a slow or broken upload must hold
 * neither memory nor a transaction.
 * @throws ApiError PAYLOAD_TOO_LARGE, BAD_REQUEST when it stands still; what the stream throws when the upload is cut off
 */
export async function spooled<T>(upload: Readable, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'exco-roster-'));
  try {
    const path = join(folder, 'upload');
    const stalled = new ApiError('BAD_REQUEST', [{ path: '', message: 'the upload stood still for half a minute' }]);
    const watch = setTimeout(() => upload.destroy(stalled), longestPauseMilliseconds);
    try {
      const progressing = (source: AsyncIterable<Buffer>) => bounded(source, () => watch.refresh());
      await pipeline(upload, progressing, createWriteStream(path, { mode: 0o600 }));
    } finally {
      clearTimeout(watch);
    }
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* bounded(source: AsyncIterable<Buffer>, progress: () => void): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of source) {
    progress();
    received += chunk.length;
    if (received > mostUploadBytes) throw tooLarge();
    yield chunk;
  }
}
