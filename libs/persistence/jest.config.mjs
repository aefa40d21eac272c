export default { preset: '../../jest.preset.mjs', displayName: 'persistence', testTimeout: 60_000 };
