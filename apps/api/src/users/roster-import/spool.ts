import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ApiError } from '../../infrastructure/http/api-error.ts';

/** A hundred thousand students in two classes each are 12 MB. */
export const mostUploadBytes = 64 * 1024 * 1024;

export const tooLarge = () => new ApiError('PAYLOAD_TOO_LARGE', { mostBytes: mostUploadBytes });

/**
 * Keeps an upload on disk while `work` reads it: a zip is read from its end, and a slow or broken upload must hold
 * neither memory nor a transaction.
 * @throws ApiError PAYLOAD_TOO_LARGE; what the stream throws when the upload is cut off
 */
export async function spooled<T>(upload: Readable, work: (path: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'exco-roster-'));
  try {
    const path = join(folder, 'upload');
    await pipeline(upload, bounded, createWriteStream(path, { mode: 0o600 }));
    return await work(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* bounded(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of source) {
    received += chunk.length;
    if (received > mostUploadBytes) throw tooLarge();
    yield chunk;
  }
}
