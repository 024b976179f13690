import { eventSubject, type EventType, type RelayEvent } from '@discord-relay/contracts';
import type { EventFence, OutgoingEvent } from '../../publish/outgoing-event.js';
import { newTraceparent } from '../../publish/traceparent.js';
import { serverClock } from '../../support/server-clock.js';
import type { BackfillMetrics, RecoveredKind } from '../../metrics/backfill-metrics.js';
import type { LiveTraffic } from './live-traffic.js';

/** Live traffic has priority: history waits while more live events than this are waiting for the log. */
const LIVE_QUEUE_MAX = 500;

const KINDS: Partial<Record<EventType, RecoveredKind>> = {
  'message.created': 'created',
  'message.updated': 'updated',
  'message.deleted': 'deleted',
  'reaction.counted': 'reactions',
  'thread.synced': 'thread',
};

/** Publishes events into the log. */
export interface EventSink {
  publish(event: OutgoingEvent): void;
  /** The fence under which a shard's events are recorded now; default: none. */
  fenceOf?(shardId: number): EventFence | undefined;
}

/** Another replica has the shard, and with it the gap. */
export class ShardLostError extends Error {}

/** Writes history to the log through the outbox of live traffic, with lower priority. */
export class HistoryWriter {
  constructor(
    private readonly outbox: EventSink,
    private readonly feed: LiveTraffic,
    private readonly partitions: number,
    private readonly metrics: BackfillMetrics,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Queues the event at once. Resolves when the log has it; rejects when stopped before.
   * @throws ShardLostError
   */
  write(event: RelayEvent): Promise<void> {
    const { id, type, shardid } = event;
    const subject = eventSubject(event, this.partitions);
    const payload = Buffer.from(JSON.stringify(event));
    const outgoing = { id, type, subject, payload, bytes: payload.length, queuedAtMs: serverClock.now() };
    const kind = KINDS[type];
    const fence = this.outbox.fenceOf?.(shardid);
    const settled = new Promise<void>((resolve, reject) => {
      const abandoned = () => reject(new ShardLostError(`another replica has shard ${shardid}`));
      const ending = { settled: resolve, abandoned };
      this.outbox.publish({ ...outgoing, ...(fence && { fence }), traceparent: newTraceparent(), ...ending });
    });
    if (kind) this.metrics.messages.inc({ kind });
    return this.unlessStopped(settled);
  }

  async untilCapacity(): Promise<void> {
    await this.unlessStopped(this.feed.whenAtMost(LIVE_QUEUE_MAX));
  }

  /** As `promise`, but rejects when stopped before, because a stopped outbox settles nothing. */
  unlessStopped(promise: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = () => reject(this.signal.reason as Error);
      if (this.signal.aborted) return stop();
      this.signal.addEventListener('abort', stop, { once: true });
      const done = () => this.signal.removeEventListener('abort', stop);
      promise.then(resolve, reject).finally(done);
    });
  }
}
