// Preloaded into a server whose memory is measured: garbage is not what a socket costs. Nest takes SIGUSR2 for a
// request to shut down.
process.on('SIGPWR', () => globalThis.gc?.());
