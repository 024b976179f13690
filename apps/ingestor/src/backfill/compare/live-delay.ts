import { setTimeout as sleep } from 'node:timers/promises';

/** How far live traffic may be behind Discord's REST API while the shard is connected. */
const LIVE_DELAY_MS = 2_000;
const POLL_MS = 100;

/** Waits for live traffic, which delivers a change later than the REST API shows it. */
export class LiveDelay {
  constructor(
    private readonly isConnected: (shardId: number) => boolean,
    private readonly delayMs = LIVE_DELAY_MS,
  ) {}

  /**
   * Resolves when the shard has been connected for so long that live traffic has delivered what the REST API showed.
   * @param shownAtMs by this process's monotonic clock
   */
  async untilDelivered(shardId: number, shownAtMs: number): Promise<void> {
    let sinceMs = shownAtMs;
    for (;;) {
      const nowMs = performance.now();
      if (!this.isConnected(shardId)) sinceMs = nowMs;
      const waitMs = sinceMs + this.delayMs - nowMs;
      if (waitMs <= 0) return;
      await sleep(Math.min(waitMs, POLL_MS), undefined, { ref: false });
    }
  }
}
