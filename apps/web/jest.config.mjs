import presets from 'jest-preset-angular/presets/index.js';

const preset = presets.createEsmPreset({ tsconfig: '<rootDir>/tsconfig.json' });
const [[, toTypeScript]] = Object.entries(preset.transform);

export default {
  ...preset,
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  setupFilesAfterEnv: ['<rootDir>/src/test-setup.ts'],
  // Only our own sources: the contracts are ES modules as they are built.
  transform: { '/apps/web/src/.+\\.(ts|html)$': toTypeScript },
};
