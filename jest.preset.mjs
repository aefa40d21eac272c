import { join } from 'node:path';
import vm from 'node:vm';

// Nest 12 is ESM only. Without the flag jest fails much later, with require() errors that do not name the reason.
if (!vm.SourceTextModule) {
  throw new Error(
    'run jest with NODE_OPTIONS=--experimental-vm-modules on the Node in node_modules/.bin (npm test does)',
  );
}

export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/src/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^@exco/(.*)$': join(import.meta.dirname, 'libs/$1/src/index.ts') },
  transform: {
    '\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        module: { type: 'es6' },
        jsc: {
          target: 'es2024',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
      },
    ],
  },
};
