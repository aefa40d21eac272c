import nx from '@nx/eslint-plugin';
import angular from 'angular-eslint';
import tseslint from 'typescript-eslint';
import { injectedDependencies } from './tools/lint/injected-dependencies.mjs';
import { layers as layersRule, noImportCycle } from './tools/lint/import-rules.mjs';

/** A name that fits everything explains nothing. */
const emptyNames = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'shared', 'manager', 'data', 'misc']);

const namesThatExplain = {
  meta: { type: 'problem', schema: [], messages: { empty: '"{{name}}" does not say what is in it' } },
  create: (context) => ({
    Program(node) {
      const path = context.filename.slice(context.cwd.length + 1).split(/[\\/]/);
      const empty = path.map((part) => part.split('.')[0]).find((part) => emptyNames.has(part.split('-').at(-1)));
      if (empty) context.report({ node, messageId: 'empty', data: { name: empty } });
    },
  }),
};

const scopes = {
  contracts: ['contracts'],
  'page-rules': ['page-rules'],
  persistence: ['contracts', 'persistence'],
  testing: ['contracts', 'persistence', 'local-stack', 'testing'],
  'local-stack': ['contracts', 'local-stack'],
  web: ['contracts', 'page-rules', 'web'],
  api: ['contracts', 'persistence', 'api'],
  proof: ['contracts', 'page-rules', 'persistence', 'testing', 'local-stack', 'proof'],
};

/** Only libraries are imported, and only along the arrows of `allowed`. No tag is a wildcard. */
function boundaries(allowed) {
  const scope = Object.entries(allowed).map(([from, to]) => ({
    sourceTag: `scope:${from}`,
    onlyDependOnLibsWithTags: to.map((name) => `scope:${name}`),
  }));
  const type = ['app', 'e2e', 'tool', 'library'].map((from) => ({
    sourceTag: `type:${from}`,
    onlyDependOnLibsWithTags: ['type:library'],
  }));
  return {
    '@nx/enforce-module-boundaries': [
      'error',
      { allow: [], enforceBuildableLibDependency: false, depConstraints: [...scope, ...type] },
    ],
  };
}

const noEnvironment = 'the environment is read in one file of each project: env.ts';

const noEnvironmentImports = ['process', 'node:process'].map((name) => ({
  name,
  importNames: ['env'],
  message: noEnvironment,
}));

/** Which folder of the API imports which. Entry points beside these folders import everything. */
const below = (...folders) => ['infrastructure', 'users', 'stream', ...folders.map((folder) => `attendance/${folder}`)];
const layersOfTheApi = {
  infrastructure: [],
  users: ['infrastructure', 'users'],
  'users/auth': ['infrastructure', 'users'],
  stream: ['infrastructure', 'users'],
  attendance: ['infrastructure', 'users', 'stream', 'attendance'],
  'attendance/records': below(),
  'attendance/write-behind': below('records', 'audit'),
  'attendance/counts': below('records'),
  'attendance/views': below('records', 'counts'),
  'attendance/audit': below(),
  'attendance/check-in': below('records', 'write-behind', 'views', 'audit'),
  'attendance/check-out': below('records', 'write-behind', 'views', 'audit'),
  'attendance/realtime': below('records', 'counts', 'views'),
  'attendance/corrections': below('records', 'views', 'audit'),
  'attendance/reports': below('records'),
  'attendance/retention': below('records', 'audit'),
  'attendance/query-plans': below('records', 'audit', 'retention'),
  admission: ['infrastructure', 'users/auth'],
};

/** Of the web app: texts ← core and design ← event ← features; a feature imports no other feature. */
const webFeatures = ['status', 'sign-in', 'check-in', 'stream', 'check-out'];
const layersOfTheWebApp = {
  texts: [],
  core: ['texts'],
  design: ['texts'],
  event: ['texts', 'core', 'design'],
  ...Object.fromEntries(webFeatures.map((feature) => [feature, ['texts', 'core', 'design', 'event']])),
};

/** Of the load test: a run is planned, carried out, checked, judged and reported, in this order. */
const stepsOfTheLoadTest = [
  'terminal',
  'plan',
  'processes',
  'transport',
  'metrics',
  'checks',
  'virtual-user',
  'system',
  'scenario',
  'thresholds',
  'report',
  'run',
];
const layersOfTheLoadTest = {
  ...Object.fromEntries(stepsOfTheLoadTest.map((step, index) => [step, stepsOfTheLoadTest.slice(0, index)])),
  benchmark: stepsOfTheLoadTest,
  'self-test': stepsOfTheLoadTest,
  resilience: [...stepsOfTheLoadTest, 'self-test'],
};

const layers = (root, allowed) => ({
  files: [`${root}/**/*.ts`],
  rules: { 'exco/layers': ['error', { root, allowed }] },
});

/** Of each of these no file may import itself through others. */
const projectRoots = [
  'apps/api/src',
  'apps/web/src',
  'apps/api-e2e/src',
  'apps/web-e2e/src',
  'apps/deploy-e2e/src',
  'libs/contracts/src',
  'libs/page-rules/src',
  'libs/persistence/src',
  'libs/local-stack/src',
  'libs/testing/src',
  'tools/src',
  'loadtest/src',
];

export default tseslint.config(
  {
    ignores: [
      '**/dist',
      '**/node_modules',
      '**/.angular',
      '.nx',
      '.exco',
      '**/coverage',
      'loadtest/results',
      '**/assets',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' } },
  {
    files: ['**/*.ts', '**/*.mjs'],
    plugins: {
      '@nx': nx,
      exco: {
        rules: {
          'names-that-explain': namesThatExplain,
          'no-import-cycle': noImportCycle,
          'injected-dependencies': injectedDependencies,
          layers: layersRule,
        },
      },
    },
    languageOptions: { parser: tseslint.parser },
    rules: {
      'exco/names-that-explain': 'error',
      'exco/no-import-cycle': ['error', { roots: projectRoots }],
      'exco/injected-dependencies': ['error', { most: 5 }],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      ...boundaries(scopes),
    },
  },
  {
    files: ['**/*.ts'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      // Nest declares its option bags as classes.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: noEnvironment }],
      'no-restricted-imports': ['error', { paths: noEnvironmentImports }],
    },
  },
  {
    files: [
      'apps/api/src/infrastructure/config/env.ts',
      'apps/api-e2e/src/support/env.ts',
      'apps/web-e2e/src/env.ts',
      'libs/local-stack/src/env.ts',
      'tools/src/env.ts',
      'loadtest/**/env.ts',
    ],
    rules: { 'no-restricted-properties': 'off' },
  },
  layers('apps/api/src', layersOfTheApi),
  layers('apps/web/src/app', layersOfTheWebApp),
  layers('loadtest/src', layersOfTheLoadTest),
  {
    files: ['apps/api/src/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          name: 'setInterval',
          message: 'use @Periodic: it logs failures, never overlaps itself, and ends with the process',
        },
      ],
    },
  },
  {
    // The API's own specs, and the cases of one, may bring up the real database and use the builders; what production
    // runs may not.
    files: ['apps/api/src/**/*.spec.ts', 'apps/api/src/attendance/query-plans/*.ts'],
    rules: boundaries({ ...scopes, api: [...scopes.api, 'testing', 'local-stack'] }),
  },
  {
    files: ['**/*.spec.ts', 'apps/*-e2e/**/*.ts'],
    rules: {
      // expect(mock.method) names a method without calling it.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['apps/web/**/*.ts'],
    extends: [...angular.configs.tsRecommended],
    processor: angular.processInlineTemplates,
  },
  {
    files: ['apps/web/**/*.html'],
    extends: [...angular.configs.templateRecommended, ...angular.configs.templateAccessibility],
  },
);
