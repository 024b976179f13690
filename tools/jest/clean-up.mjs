// Removes what a test file leaves behind in its worker, which runs about a hundred others afterwards.
import vm from 'node:vm';
import { disableStorages } from './async-storages.mjs';

const modules = new Set();
vm.SourceTextModule = class extends vm.SourceTextModule {
  constructor(...args) {
    super(...args);
    modules.add(this);
  }
};

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
