// npm run test:deploy: these start whole systems, and are too long for npm test.
export default {
  preset: '../../jest.preset.mjs',
  displayName: 'deploy-e2e',
  testTimeout: 120_000,
  maxWorkers: 1,
  // A test that fails half way through may leave servers behind: they end with this process, which must not wait for them.
  forceExit: true,
};
