import { createRequire } from 'node:module';
import { types } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import { cleanUp } from './clean-up.mjs';

const LEAST_LIMIT_MS = 180_000;
const requireOutside = createRequire(import.meta.url);

// A worker whose jest was killed would continue its test file and keep its servers. A listener for `disconnect` would
// keep the worker alive at the end.
const jestPid = process.ppid;
setInterval(() => process.ppid === jestPid || process.exit(1), 500).unref();

/** Built-in classes, with a check for instances that were made inside or outside the sandbox. */
const BUILT_IN = {
  Error: types.isNativeError,
  Promise: types.isPromise,
  Date: types.isDate,
  Map: types.isMap,
  Set: types.isSet,
  RegExp: types.isRegExp,
};

/** Makes `instanceof` hold for instances from both sides; subclasses, which inherit this, are distinguished as before. */
function recogniseBothSides(realm) {
  for (const [name, isInstance] of Object.entries(BUILT_IN)) {
    const builtIn = realm[name];
    const value = function (instance) {
      const ordinary = Function.prototype[Symbol.hasInstance].call(this, instance);
      return ordinary || (this === builtIn && isInstance(instance));
    };
    Object.defineProperty(builtIn, Symbol.hasInstance, { value, configurable: true });
  }
}
recogniseBothSides(globalThis);

/** The sandbox of a test file. Modules that `outside-transform.mjs` leaves outside are shared with this worker's next file. */
export default class extends TestEnvironment {
  async setup() {
    await super.setup();
    this.global[Symbol.for('relay.outside')] = requireOutside;
    // Decorators of both sides keep their metadata in one place.
    this.global.Reflect = Reflect;
    recogniseBothSides(this.global);
  }

  async teardown() {
    await super.teardown();
    cleanUp();
  }

  /**
   * The time limit of a test only ends tests that hang, because the duration of a good test depends on the machine. No
   * limit is lower than this.
   */
  handleTestEvent(event, { testTimeout }) {
    const limited = { test_start: event.test, hook_start: event.hook }[event.name];
    if (limited) limited.timeout = Math.max(limited.timeout ?? testTimeout, LEAST_LIMIT_MS);
  }
}
