import { createRequire } from 'node:module';
import { types } from 'node:util';
import { TestEnvironment } from 'jest-environment-node';
import { cleanUp } from './clean-up.mjs';
import { extendLimit } from './time-limits.mjs';
import './end-with-jest.mjs';

const requireOutside = createRequire(import.meta.url);

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

  handleTestEvent(event, state) {
    extendLimit(event, state);
  }
}
