export default { preset: '../../jest.preset.mjs', displayName: 'contracts', testTimeout: 60_000 };
