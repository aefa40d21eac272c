export default {
  preset: '../../jest.preset.mjs',
  displayName: 'api-e2e',
  testTimeout: 60_000,
  // Each file runs a whole system of its own; more of them at once than cores would only make commits late.
  maxWorkers: 1,
  // A test that fails half way through may leave servers behind: they end with this process, which must not wait for them.
  forceExit: true,
};
