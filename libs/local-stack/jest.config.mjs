export default { preset: '../../jest.preset.mjs', displayName: 'local-stack', testTimeout: 60_000 };
