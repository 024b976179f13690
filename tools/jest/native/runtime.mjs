import { existsSync, readFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compileFunction } from 'node:vm';
import { cachePath } from './compile.mjs';

const require = createRequire(import.meta.url);
const internalModules = new Map();
let sourceMaps;

/** Once per worker. */
function registerHooks(data) {
  register('./hooks.mjs', import.meta.url, { data });
  return new SourceMaps(data.cacheFolder);
}

/** jest-circus keeps the state of a test file in these globals, and the rest in its own module, which is evaluated anew. */
function forgetFramework() {
  delete globalThis[Symbol.for('EVENT_HANDLERS')];
  for (const symbol of Object.getOwnPropertySymbols(globalThis))
    if (symbol.description === 'JEST_STATE_SYMBOL') delete globalThis[symbol];
}

/** Compiled once per worker, and evaluated once per test file. */
function evaluate(path) {
  let body = internalModules.get(path);
  if (!body) {
    const parameters = ['module', 'exports', 'require'];
    body = compileFunction(readFileSync(path, 'utf8'), parameters, { filename: path });
    internalModules.set(path, body);
  }
  const module = { exports: {} };
  body(module, module.exports, createRequire(path));
  return module.exports;
}

/** Source maps by file, looked up when a stack is printed. */
class SourceMaps {
  #folder;
  #found = new Map();

  constructor(folder) {
    this.#folder = folder;
  }

  get(urlOrPath) {
    if (!this.#found.has(urlOrPath)) this.#found.set(urlOrPath, this.#find(urlOrPath));
    return this.#found.get(urlOrPath);
  }

  #find(urlOrPath) {
    const path = urlOrPath.startsWith('file:') ? fileURLToPath(urlOrPath) : urlOrPath;
    if (!/\.tsx?$/.test(path) || !existsSync(path)) return undefined;
    return `${cachePath(this.#folder, path, readFileSync(path, 'utf8'))}.map`;
  }

  *[Symbol.iterator]() {
    yield* this.#found;
  }
}

/** Runs test files with Node.js' own loader: a module is loaded once per worker, not once per test file. */
export default class {
  constructor({ cacheDirectory, testEnvironmentOptions }) {
    sourceMaps ??= registerHooks({
      cacheFolder: join(cacheDirectory, 'native'),
      conditions: testEnvironmentOptions.customExportConditions,
    });
  }

  requireInternalModule(path) {
    forgetFramework();
    return evaluate(path);
  }

  requireModule(path) {
    return require(path);
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  async unstable_importModule(path) {
    return await import(pathToFileURL(path).href);
  }

  getSourceMaps() {
    return sourceMaps;
  }

  // jest calls these for module mocks, coverage and late imports, which native modules do not have.
  setGlobalsForRuntime() {}
  enterTestCode() {}
  leaveTestCode() {}
  getAllCoverageInfoCopy() {}
  teardown() {}
}
