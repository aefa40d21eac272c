export default {
  preset: '../../jest.preset.mjs',
  displayName: 'api-e2e',
  testTimeout: 60_000,
  globalSetup: '<rootDir>/global-setup.mjs',
  globalTeardown: '<rootDir>/global-teardown.mjs',
  // By path, so that the files of after-all are the last.
  testSequencer: '<rootDir>/sequencer.mjs',
  // All files use the same processes, and some files start more: with several files at once commits would only be late.
  maxWorkers: 1,
  // A test that fails half way through may leave servers behind: they end with this process, which must not wait for them.
  forceExit: true,
};
