export default { preset: '../../jest.preset.mjs', displayName: 'api', testTimeout: 60_000 };
