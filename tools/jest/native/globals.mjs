// `@jest/globals` for test files without a sandbox: mocks and fake timers of jest, on the globals of the worker.
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** The methods of an object of jest. Those without a result return `jest`, so that calls can be chained. */
function methodsOf(object) {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(object));
  const methods = names.filter((name) => name !== 'constructor' && !name.startsWith('_'));
  return Object.fromEntries(methods.map((name) => [name, (...args) => object[name](...args) ?? jest]));
}

const config = { fakeTimers: {}, rootDir: process.cwd() };

export const jest = {
  ...methodsOf(new ModuleMocker(globalThis)),
  ...methodsOf(new ModernFakeTimers({ config, global: globalThis })),
};
