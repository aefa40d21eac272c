/** Each gets one more try by the player itself; what fails for longer is for the recovery. */
const policy = (maxTimeToFirstByteMs: number, maxLoadTimeMs: number) => {
  const retry = { maxNumRetry: 1, retryDelayMs: 1_000, maxRetryDelayMs: 2_000 };
  return { default: { maxTimeToFirstByteMs, maxLoadTimeMs, timeoutRetry: retry, errorRetry: retry } };
};

export const hlsSettings = {
  // The ESM build runs no worker unless it is told where; our own copy keeps blob: out of the security policy.
  workerPath: '/hls.worker.js',
  // A student who joins late must not wait for what was played; a phone must not keep what was.
  backBufferLength: 30,
  // After a pause of the line: at the live edge, not where it stopped.
  liveSyncDurationCount: 3,
  liveMaxLatencyDurationCount: 6,
  // A phone's small picture needs no large one.
  capLevelToPlayerSize: true,
  manifestLoadPolicy: policy(6_000, 10_000),
  playlistLoadPolicy: policy(6_000, 10_000),
  fragLoadPolicy: policy(8_000, 60_000),
};
