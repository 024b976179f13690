import { executionAsyncResource } from 'node:async_hooks';

/** How many storages Node.js 20 has copied to the promise that is awaited: all that are enabled and have a value. */
async function storagesOfAPromise(): Promise<number> {
  await Promise.resolve();
  const symbols = Object.getOwnPropertySymbols(executionAsyncResource());
  return symbols.filter(({ description }) => description === 'kResourceStore').length;
}

// Small files run last, after about a hundred others of the same worker.
describe('a test file', () => {
  it('only the storage of this test file slows promises down, none of earlier files', async () => {
    expect(await storagesOfAPromise()).toBeLessThanOrEqual(1);
  });
});
