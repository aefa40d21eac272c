export default { preset: '../../jest.preset.mjs', displayName: 'page-rules', testTimeout: 60_000 };
