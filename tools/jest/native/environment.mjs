import { disableStorages } from './async-storages.mjs';
import { extendLimit } from './time-limits.mjs';
import './end-with-jest.mjs';
import { jest } from './globals.mjs';

/** Imported late, once the hooks of the loader compile TypeScript. */
const ENDED_SERVICES = new URL('../../local-stack/src/process/ended-services.ts', import.meta.url).href;

/**
 * The environment of test files that share the globals and the modules of their worker. A sandbox would cost each
 * of them a third of a second to one and a half, mostly to load the same modules again.
 */
export default class {
  global = globalThis;
  #console = console;
  #exit = process.exit;

  async setup() {}

  /** Restores what jest has replaced, and forgets what the next test file must not know. */
  async teardown() {
    const { forgetEnds } = await import(ENDED_SERVICES);
    forgetEnds();
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
