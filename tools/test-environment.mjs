import { TestEnvironment } from 'jest-environment-node';

// A worker whose parent was killed would go on with its test file, and keep the servers of it.
process.on('disconnect', () => process.exit(1));

const LEAST_LIMIT_MS = 180_000;

/** A limit of a test only ends one that hangs: how long a good one takes depends on the machine. None is lower than this. */
export default class extends TestEnvironment {
  handleTestEvent(event, { testTimeout }) {
    const limited = { test_start: event.test, hook_start: event.hook }[event.name];
    if (limited) limited.timeout = Math.max(limited.timeout ?? testTimeout, LEAST_LIMIT_MS);
  }
}
