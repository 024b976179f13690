import { setTimeout as sleep } from 'node:timers/promises';
import { LiveDelay } from './live-delay.js';

const DELAY_MS = 150;

describe('LiveDelay', () => {
  it('backfill does not wait for what the REST API showed long ago', async () => {
    const delay = new LiveDelay(() => true, DELAY_MS);
    await expect(delay.untilDelivered(0, performance.now() - DELAY_MS)).resolves.toBeUndefined();
  });

  it('backfill waits for the delay of live traffic', async () => {
    const shownAtMs = performance.now();
    await new LiveDelay(() => true, DELAY_MS).untilDelivered(0, shownAtMs);
    expect(performance.now() - shownAtMs).toBeGreaterThanOrEqual(DELAY_MS);
  });

  it('backfill waits until the shard has been connected for as long as the delay of live traffic', async () => {
    const connected = new Set([1]);
    const delay = new LiveDelay((shardId) => connected.has(shardId), DELAY_MS);
    let delivered = false;
    const waiting = delay.untilDelivered(0, 0).then(() => (delivered = true));
    await sleep(3 * DELAY_MS);
    expect(delivered).toBe(false);
    connected.add(0);
    await waiting;
    expect(delivered).toBe(true);
  });
});
