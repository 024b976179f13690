import { disableStorages } from '../async-storages.mjs';
import { extendLimit } from '../time-limits.mjs';
import '../end-with-jest.mjs';
import { jest } from './globals.mjs';

/**
 * The environment of test files that share the globals and the modules of their worker. A sandbox costs each of them a third of
 * a second, mostly to load the same modules again.
 */
export default class {
  global = globalThis;
  #console = console;
  #exit = process.exit;

  async setup() {}

  /** Restores what jest has replaced. */
  async teardown() {
    jest.useRealTimers();
    jest.restoreAllMocks();
    globalThis.console = this.#console;
    process.exit = this.#exit;
    disableStorages();
  }

  getVmContext() {
    return null;
  }

  handleTestEvent(event, state) {
    extendLimit(event, state);
  }
}
