// The end of a spec's name says to which project it belongs, and so which script runs it. Unit specs (*.spec.ts) need no
// server; all others get NATS and Postgres from tools/test.mjs by environment.
/** A module is loaded once per worker, so a test file leaves nothing behind that another one could notice. */
const base = {
  testEnvironment: '<rootDir>/tools/jest/native/environment.mjs',
  runtime: '<rootDir>/tools/jest/native/runtime.mjs',
  // The hooks of Node.js' loader compile TypeScript.
  transform: {},
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
  // On a busy machine a worker needs more than the default of half a second to exit; one that leaks needs forever.
  workerGracefulExitTimeout: 10_000,
  testSequencer: '<rootDir>/tools/jest/test-sequencer.mjs',
  projects: [
    {
      ...base,
      displayName: 'unit',
      testRegex: '\\.spec\\.tsx?$',
      testPathIgnorePatterns: [
        ...base.testPathIgnorePatterns,
        '\\.(int|e2e|faults|stock)\\.spec\\.ts$',
        '/test/measure/',
      ],
    },
    { ...base, displayName: 'integration', testRegex: '\\.int\\.spec\\.ts$' },
    { ...base, displayName: 'e2e', testRegex: '\\.e2e\\.spec\\.ts$' },
    // Servers and services that are killed, stopped or cut off, again and again.
    { ...base, displayName: 'faults', testRegex: '\\.faults\\.spec\\.ts$' },
    // Third-party programs and libraries: a browser, poolers, proxies, servers with TLS, Discord libraries; a bundler for images.
    { ...base, displayName: 'stock', testRegex: '\\.stock\\.spec\\.ts$' },
    { ...base, displayName: 'measure', testRegex: '/test/measure/[^/]+\\.spec\\.ts$' },
  ],
};
