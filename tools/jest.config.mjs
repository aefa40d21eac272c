// The system it starts in its tests needs the cores that a second test file would take.
export default { preset: '../jest.preset.mjs', displayName: 'tools', testTimeout: 120_000, maxWorkers: 1 };
