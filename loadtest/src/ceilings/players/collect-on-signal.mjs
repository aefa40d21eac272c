// Preloaded into a server whose memory is measured: garbage is not what a socket costs, nor is room that the heap keeps
// for later. Nest takes SIGUSR2 for a request to shut down.
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

process.on('SIGPWR', () => {
  globalThis.gc?.();
  const { heapTotal, heapUsed } = process.memoryUsage();
  writeFileSync(join(tmpdir(), `exco-heap-${process.pid}`), String(heapTotal - heapUsed));
});
