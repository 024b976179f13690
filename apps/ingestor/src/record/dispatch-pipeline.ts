import type { AppError } from '@discord-relay/contracts';
import type { Backfill } from '../backfill/backfill.js';
import type { SessionStore } from '../discord/sessions/session-store.js';
import type { LostSession, ResumableSession } from '../discord/sessions/shard-session.js';
import type { ShardListener } from '../discord/shard-manager.js';
import type { IngestorMetrics } from '../metrics/ingestor-metrics.js';
import type { RawDispatch } from '../normalize/events/normalize-result.js';
import type { Outbox } from '../publish/outbox.js';
import { serverClock } from '../support/server-clock.js';
import type { DispatchRecorder } from './dispatch-recorder.js';

/** The receivers of dispatches: the recorder, and backfill, which derives the missing history from them. */
export interface PipelineStages {
  recorder: DispatchRecorder;
  backfill: Backfill;
  outbox: Outbox;
}

/** Receives the pipeline's reports. */
export interface PipelineHost {
  /** Memory and disk are full: Discord has to buffer further events. */
  onFull(): void;
  /** Discord rejects this bot for a reason that only an operator can remedy. */
  onRefused(error: AppError): void;
}

/** Passes dispatches of the shards to the recorder and to backfill, and new sessions to backfill. */
export class DispatchPipeline implements ShardListener {
  /** ISO 8601: when the last dispatch arrived. */
  lastDispatchAt: string | null = null;

  constructor(
    private readonly sessions: SessionStore,
    private readonly stages: PipelineStages,
    private readonly host: PipelineHost,
    private readonly metrics: IngestorMetrics,
  ) {}

  onDispatch(shardId: number, dispatch: RawDispatch): void {
    const { recorder, backfill, outbox } = this.stages;
    this.lastDispatchAt = serverClock.iso;
    recorder.record(shardId, dispatch);
    const { current } = this.sessions.shard(shardId);
    if (current)
      backfill.onDispatch(
        shardId,
        { ...current, deferStoring: () => this.sessions.deferStoring(shardId) },
        dispatch,
      );
    if (outbox.isFull) this.host.onFull();
  }

  onSessionStarted(shardId: number, started: ResumableSession, lost: LostSession | null): void {
    this.stages.backfill.onSessionStarted(shardId, started, lost, this.sessions.deferStoring(shardId));
  }

  /** Another replica owns the shard now. */
  onReleased(shardId: number): void {
    const { memberLists } = this.sessions.shard(shardId);
    this.metrics.countAbandonedLists(memberLists.abandonAll('handed_over'));
    this.stages.backfill.releaseShard(shardId);
  }

  onRefused(error: AppError): void {
    this.host.onRefused(error);
  }

  untilCapacity(): Promise<void> {
    return this.stages.outbox.untilCapacity();
  }
}
