import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../metrics/ingestor-metrics.js';
import { SilenceEstimator } from './silence-estimator.js';

const LONGEST_CHECK_INTERVAL_MS = 5_000;
/** Dispatches that every session start or resume causes, which say nothing about a shard's traffic. */
const NOT_TRAFFIC: ReadonlySet<unknown> = new Set(['READY', 'RESUMED', 'GUILD_CREATE']);

/** Reconnects shards that receive no dispatches for too long, although their heartbeats continue. */
export class SilenceWatchdog {
  private readonly estimators = new Map<number, SilenceEstimator>();
  private readonly timer: NodeJS.Timeout;

  /** @param reconnect reconnects a shard; false when it is not connected. */
  constructor(
    private readonly minSilenceMs: number,
    private readonly reconnect: (shardId: number, reason: string) => boolean,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {
    const intervalMs = Math.min(LONGEST_CHECK_INTERVAL_MS, minSilenceMs / 4);
    this.timer = setInterval(() => this.check(performance.now()), intervalMs).unref();
  }

  dispatchReceived(shardId: number, dispatchType: unknown): void {
    if (NOT_TRAFFIC.has(dispatchType)) return;
    const nowMs = performance.now();
    let estimator = this.estimators.get(shardId);
    if (!estimator) {
      estimator = new SilenceEstimator(nowMs, this.minSilenceMs);
      this.estimators.set(shardId, estimator);
    }
    estimator.arrived(nowMs);
  }

  forget(shardId: number): void {
    this.estimators.delete(shardId);
  }

  close(): void {
    clearInterval(this.timer);
  }

  private check(nowMs: number): void {
    for (const [shardId, estimator] of this.estimators) {
      if (!estimator.isTooSilent(nowMs)) continue;
      const silenceMs = Math.round(estimator.silenceMs(nowMs));
      const limitMs = Math.round(estimator.limitMs);
      if (!this.reconnect(shardId, 'silent for longer than its history explains')) continue;
      estimator.reconnected(nowMs);
      this.metrics.silentShards.inc();
      this.logger.warn({ shardId, silenceMs, limitMs }, 'shard is too silent; reconnecting it');
    }
  }
}
