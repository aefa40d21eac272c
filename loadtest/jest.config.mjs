// The small run in its tests needs both cores to itself.
export default { preset: '../jest.preset.mjs', displayName: 'loadtest', testTimeout: 120_000, maxWorkers: 1 };
