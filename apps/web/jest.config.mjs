import { createEsmPreset } from 'jest-preset-angular/presets/index.js';

export default {
  ...createEsmPreset({ tsconfig: '<rootDir>/tsconfig.json' }),
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  moduleNameMapper: { '^@exco/contracts$': '<rootDir>/../../libs/contracts/src/index.ts', tslib: 'tslib/tslib.es6.js' },
};
