import { SHARD_STATES } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../metrics/metrics.js';
import { afterShardEvent, NEW_SHARD, type ShardCondition, type ShardEvent } from './shard-state.js';

/** From then on somebody should look. */
const FAILURES_BEFORE_ALERT = 5;

/** Keeps every shard's condition and shows each change in the log and in the metrics. */
export class ShardBoard {
  private readonly conditions = new Map<number, ShardCondition>();

  constructor(
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  add(shardId: number): void {
    this.set(shardId, NEW_SHARD);
  }

  /** The shard is not this process's any more. */
  remove(shardId: number): void {
    if (!this.conditions.delete(shardId)) return;
    const shard = String(shardId);
    for (const state of SHARD_STATES) this.metrics.shardState.remove({ shard, state });
    this.metrics.shardAlert.remove({ shard });
  }

  condition(shardId: number): ShardCondition {
    return this.conditions.get(shardId) ?? NEW_SHARD;
  }

  get all(): [number, ShardCondition][] {
    return [...this.conditions];
  }

  apply(shardId: number, event: ShardEvent, detail: object = {}): void {
    const before = this.conditions.get(shardId);
    if (!before) return;
    const after = afterShardEvent(before, event);
    this.set(shardId, after);
    if (after.failures === FAILURES_BEFORE_ALERT && before.failures < after.failures)
      this.logger.error(
        { shardId, failures: after.failures, ...detail },
        'shard does not connect; it goes on trying',
      );
    if (after.state === before.state) return;
    this.logger.info({ shardId, state: after.state, was: before.state, ...detail }, 'shard state');
  }

  private set(shardId: number, condition: ShardCondition): void {
    this.conditions.set(shardId, condition);
    const alert = condition.failures >= FAILURES_BEFORE_ALERT ? 1 : 0;
    this.metrics.shardAlert.set({ shard: String(shardId) }, alert);
    for (const state of SHARD_STATES) {
      this.metrics.shardState.set({ shard: String(shardId), state }, state === condition.state ? 1 : 0);
    }
  }
}
