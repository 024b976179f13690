// Unit specs need no server; *.int.spec.ts and test/e2e get NATS and Postgres from tools/test.mjs by environment.
const base = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { configFile: '.swcrc', module: { type: 'es6' } }],
  },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: '<rootDir>/tools/test-environment.mjs',
  testEnvironmentOptions: {
    customExportConditions: ['@discord-relay/source', 'node', 'node-addons'],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.data/'],
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs|tools)/[^/]+/dist/', '<rootDir>/dist/', '/.data/'],
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/test'],
};

export default {
  // More than a small machine has cores: much of an end-to-end test is waiting for servers.
  maxWorkers: 4,
  testSequencer: '<rootDir>/tools/test-sequencer.mjs',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
      testPathIgnorePatterns: [
        ...base.testPathIgnorePatterns,
        '\\.int\\.spec\\.ts$',
        '<rootDir>/test/(e2e|measure)/',
      ],
    },
    { ...base, displayName: 'integration', testMatch: ['<rootDir>/{apps,libs,tools}/**/*.int.spec.ts'] },
    { ...base, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.spec.ts'] },
    { ...base, displayName: 'measure', testMatch: ['<rootDir>/test/measure/*.spec.ts'] },
  ],
};
