/** On a machine that gives a test a twentieth of a core, a test of ten seconds takes more than three minutes. */
const LEAST_LIMIT_MS = 600_000;

/**
 * The time limit of a test only ends tests that hang, because the duration of a good test depends on the machine. No
 * limit is lower than this.
 */
export function extendLimit(event, { testTimeout }) {
  const limited = { test_start: event.test, hook_start: event.hook }[event.name];
  if (limited) limited.timeout = Math.max(limited.timeout ?? testTimeout, LEAST_LIMIT_MS);
}
