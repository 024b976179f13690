import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../../metrics/ingestor-metrics.js';
import type { SessionStore } from '../../sessions/session-store.js';
import type { ResumeLimits } from '../../sessions/shard-session.js';

/** Time limit for the first dispatch after a RESUME. */
const ANSWER_MS = 60_000;

/** Monitors RESUMEs: closes a connection whose RESUME is not answered, and gives up a session that cannot be resumed. */
export class ResumeMonitor {
  private readonly timers = new Map<number, NodeJS.Timeout>();

  constructor(
    private readonly limits: ResumeLimits,
    private readonly sessions: Pick<SessionStore, 'shard' | 'markDirty'>,
    private readonly abandon: (shardId: number, reason: string) => void,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  resumeSent(shardId: number): void {
    this.sessions.shard(shardId).resumeSent(performance.now());
    this.startWaiting(shardId);
  }

  /** Restarts the time limit: a long replay counts as an answer. */
  dispatchReceived(shardId: number): void {
    this.timers.get(shardId)?.refresh();
  }

  resumed(shardId: number): void {
    this.stopWaiting(shardId);
    this.sessions.shard(shardId).resumed();
    this.sessions.markDirty(shardId);
  }

  /** Handles a closed connection: a pending RESUME has failed. */
  connectionClosed(shardId: number, closeCode: number): void {
    if (!this.timers.has(shardId)) return;
    this.stopWaiting(shardId);
    const shard = this.sessions.shard(shardId);
    const isOver = shard.resumeFailed(this.limits, performance.now());
    this.sessions.markDirty(shardId);
    const { count, forMs } = shard.current?.failedResumes ?? { count: 0, forMs: 0 };
    this.logger.warn({ shardId, closeCode, failures: count, forMs }, 'session could not be resumed');
    if (isOver) this.reportGivenUp(shardId, 'resume_failed');
  }

  stopWaiting(shardId: number): void {
    clearTimeout(this.timers.get(shardId));
    this.timers.delete(shardId);
  }

  /** Gives up a session on an operator's request. False when there is none. */
  giveUpSession(shardId: number, by: string): boolean {
    if (!this.sessions.shard(shardId).giveUp()) return false;
    this.sessions.markDirty(shardId);
    this.reportGivenUp(shardId, 'by_hand', by);
    return true;
  }

  private startWaiting(shardId: number): void {
    this.stopWaiting(shardId);
    const timer = setTimeout(() => this.abandon(shardId, 'RESUME without an answer'), ANSWER_MS).unref();
    this.timers.set(shardId, timer);
  }

  private reportGivenUp(shardId: number, reason: 'resume_failed' | 'by_hand', by?: string): void {
    this.metrics.sessionsGivenUp.inc({ reason });
    const { sessionId } = this.sessions.shard(shardId).current!;
    this.logger.error(
      { shardId, sessionId, reason, ...(by !== undefined && { audit: 'shards.give_up', by }) },
      'session given up; a new one starts, and a gap opens for the missed events',
    );
  }
}
