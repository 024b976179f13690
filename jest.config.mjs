// The end of a spec's name says to which project it belongs, and so which script runs it. Unit specs (*.spec.ts) need no
// server; all others get NATS and Postgres from tools/test.mjs by environment.
/** Large packages of CommonJS modules that keep no state of a test; see tools/jest/outside-transform.mjs. */
const OUTSIDE =
  'node_modules/(@nestjs|typeorm|rxjs|reflect-metadata|express|body-parser|pg|pg-[a-z]+|socket.io|socket.io-adapter|socket.io-parser|engine.io|ws)/';

const base = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': ['@swc/jest', { configFile: '.swcrc', module: { type: 'es6' } }],
    [`/${OUTSIDE}.+\\.c?js$`]: '<rootDir>/tools/jest/outside-transform.mjs',
  },
  transformIgnorePatterns: [`^(?!.*/${OUTSIDE}).*/node_modules/`],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: '<rootDir>/tools/jest/test-environment.mjs',
  testEnvironmentOptions: {
    customExportConditions: ['@discord-relay/source', 'node', 'node-addons'],
  },
  testPathIgnorePatterns: ['/node_modules/', '/dist/', '/.data/'],
  modulePathIgnorePatterns: ['<rootDir>/(apps|libs|tools)/[^/]+/dist/', '<rootDir>/dist/', '/.data/'],
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/test'],
};

/** Loads modules once per worker: for test files that leave nothing behind that another one could notice. */
const withoutSandbox = {
  testEnvironment: '<rootDir>/tools/jest/native/environment.mjs',
  runtime: '<rootDir>/tools/jest/native/runtime.mjs',
};

export default {
  // More than a small machine has cores: much of an end-to-end test is waiting for servers.
  maxWorkers: 4,
  // On a busy machine a worker needs more than the default of half a second to exit; one that leaks needs forever.
  workerGracefulExitTimeout: 10_000,
  testSequencer: '<rootDir>/tools/jest/test-sequencer.mjs',
  projects: [
    {
      ...base,
      ...withoutSandbox,
      displayName: 'unit',
      testRegex: '\\.spec\\.tsx?$',
      testPathIgnorePatterns: [
        ...base.testPathIgnorePatterns,
        '\\.(int|e2e|faults|stock)\\.spec\\.ts$',
        '/test/measure/',
      ],
    },
    { ...base, ...withoutSandbox, displayName: 'integration', testRegex: '\\.int\\.spec\\.ts$' },
    { ...base, ...withoutSandbox, displayName: 'e2e', testRegex: '\\.e2e\\.spec\\.ts$' },
    // Servers and services that are killed, stopped or cut off, again and again.
    { ...base, ...withoutSandbox, displayName: 'faults', testRegex: '\\.faults\\.spec\\.ts$' },
    // Third-party programs and libraries: a browser, poolers, proxies, servers with TLS, Discord libraries; a bundler for images.
    { ...base, ...withoutSandbox, displayName: 'stock', testRegex: '\\.stock\\.spec\\.ts$' },
    { ...base, ...withoutSandbox, displayName: 'measure', testRegex: '/test/measure/[^/]+\\.spec\\.ts$' },
  ],
};
