import { executionAsyncResource } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** How many storages Node.js 20 has copied to the promise that is awaited: all that are enabled and have a value. */
async function storagesOfAPromise(): Promise<number> {
  await Promise.resolve();
  const symbols = Object.getOwnPropertySymbols(executionAsyncResource());
  return symbols.filter(({ description }) => description === 'kResourceStore').length;
}

/** Sandboxes that cannot be collected, with those of this test file and of jest. */
async function sandboxes(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let times = 0; times < 5; times++) {
    collect();
    await sleep(20);
  }
  return getHeapStatistics().number_of_native_contexts;
}

// Small files run last, after about a hundred others of the same worker.
describe('a test file', () => {
  it('only the storage of this test file slows promises down, none of earlier files', async () => {
    expect(await storagesOfAPromise()).toBeLessThanOrEqual(1);
  });

  it('the sandboxes of earlier test files have been collected, but for a few that still have timers', async () => {
    // Without the clean-up, every one of about a hundred is left.
    expect(await sandboxes()).toBeLessThan(40);
  });
});
