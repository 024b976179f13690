import { SHARD_STATES } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../../metrics/ingestor-metrics.js';
import { nextShardStatus, NEW_SHARD, type ShardStatus, type ShardEvent } from './shard-status.js';

/** After this many consecutive failures, an error is logged for operators. */
const FAILURES_BEFORE_ALERT = 5;

/** Keeps the status of every shard, and reports changes in the log and the metrics. */
export class ShardStatuses {
  private readonly statuses = new Map<number, ShardStatus>();

  constructor(
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  add(shardId: number): void {
    this.set(shardId, NEW_SHARD);
  }

  /** Removes a shard that another replica owns now. */
  remove(shardId: number): void {
    if (!this.statuses.delete(shardId)) return;
    const shard = String(shardId);
    for (const state of SHARD_STATES) this.metrics.shardState.remove({ shard, state });
    this.metrics.shardAlert.remove({ shard });
  }

  statusOf(shardId: number): ShardStatus {
    return this.statuses.get(shardId) ?? NEW_SHARD;
  }

  get all(): [number, ShardStatus][] {
    return [...this.statuses];
  }

  apply(shardId: number, event: ShardEvent, detail: object = {}): void {
    const before = this.statuses.get(shardId);
    if (!before) return;
    const after = nextShardStatus(before, event);
    this.set(shardId, after);
    if (after.failures === FAILURES_BEFORE_ALERT && before.failures < after.failures)
      this.logger.error(
        { shardId, failures: after.failures, ...detail },
        'shard cannot connect; it keeps trying',
      );
    if (after.state === before.state) return;
    this.logger.info({ shardId, state: after.state, was: before.state, ...detail }, 'shard state changed');
  }

  private set(shardId: number, condition: ShardStatus): void {
    this.statuses.set(shardId, condition);
    const alert = condition.failures >= FAILURES_BEFORE_ALERT ? 1 : 0;
    this.metrics.shardAlert.set({ shard: String(shardId) }, alert);
    for (const state of SHARD_STATES) {
      this.metrics.shardState.set({ shard: String(shardId), state }, state === condition.state ? 1 : 0);
    }
  }
}
