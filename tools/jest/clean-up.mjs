// Removes what a test file leaves behind in its worker, which runs about a hundred others afterwards.
import { AsyncLocalStorage } from 'node:async_hooks';
import vm from 'node:vm';

const storages = new Set();
for (const method of ['run', 'enterWith']) {
  const original = AsyncLocalStorage.prototype[method];
  AsyncLocalStorage.prototype[method] = function (...args) {
    storages.add(this);
    return original.apply(this, args);
  };
}

const modules = new Set();
vm.SourceTextModule = class extends vm.SourceTextModule {
  constructor(...args) {
    super(...args);
    modules.add(this);
  }
};

/**
 * jest-circus uses a storage in each test file and never disables it. In Node.js 20 every enabled storage of the worker costs
 * time for every promise: after a hundred test files, an `await` took 250 times as long.
 */
function disableStorages() {
  for (const storage of storages) storage.disable();
  storages.clear();
}

/**
 * In Node.js 20 a module keeps those that it imports from being collected, and with them the whole sandbox: 20 MB per test
 * file. It forgets them when it is instantiated, which `vm` does only for the module of the test file itself.
 */
function releaseImports() {
  for (const module of modules) {
    const symbol = Object.getOwnPropertySymbols(module).find(({ description }) => description === 'kWrap');
    if (symbol && ['linked', 'evaluated'].includes(module.status)) module[symbol].instantiate();
  }
  modules.clear();
}

/** Call it at the end of a test file. */
export function cleanUp() {
  disableStorages();
  releaseImports();
}
