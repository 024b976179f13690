import { randomBytes } from 'node:crypto';
import type { SessionInfo } from '@discordjs/ws';
import type { Logger } from '@discord-relay/platform';
import type { IngestorMetrics } from '../../../metrics/ingestor-metrics.js';
import { readSession } from '../../sessions/session-record.js';
import type { SessionStore } from '../../sessions/session-store.js';
import { sessionIdOf, type LostSession, type ResumableSession } from '../../sessions/shard-session.js';
import type { RelayShard } from './relay-shard.js';

/**
 * After this many failures every second attempt uses the general address, because the session's own address may no longer
 * exist.
 */
const FAILURES_BEFORE_GENERAL_URL = 3;

/** The facts about the gateway that the provider needs. */
export interface GatewayFacts {
  shardCount(): number | null;
  /** Address for new sessions. */
  generalUrl(): string;
}

/** Called when Discord has started a session; `lost` is the session that it replaces. */
export type OnSessionStarted = (shardId: number, started: ResumableSession, lost: LostSession | null) => void;

/** Gives the library the session to resume, and stores the session that a READY starts. */
export class SessionProvider {
  constructor(
    private readonly sessions: SessionStore,
    private readonly gateway: GatewayFacts,
    private readonly onSessionStarted: OnSessionStarted,
    private readonly metrics: IngestorMetrics,
    private readonly logger: Logger,
  ) {}

  canResume(shardId: number): boolean {
    return this.sessions.shard(shardId).resumeFrom?.shardCount === this.gateway.shardCount();
  }

  /** The session of a connecting shard, in the library's shape; null when it has to identify. */
  sessionOf(shardId: number): SessionInfo | null {
    const session = this.sessions.shard(shardId).resumeFrom;
    if (!session) return null;
    const { sessionId, discordId = sessionId, sequence, shardCount, resumeUrl: resumeURL } = session;
    return { sessionId: discordId, sequence, shardCount, resumeURL, shardId };
  }

  /** As {@link sessionOf}, for a new connection after `failures` failed ones. */
  sessionForAttempt(shardId: number, failures: number): SessionInfo | null {
    const session = this.sessionOf(shardId);
    const general = failures >= FAILURES_BEFORE_GENERAL_URL && failures % 2 === 1;
    return session && general ? { ...session, resumeURL: this.gateway.generalUrl() } : session;
  }

  /**
   * The library reports READY, every sequence (before its event is safe) and null whenever it drops a session. Only READY is
   * used: {@link ShardSession} tracks the rest.
   */
  adopt({ id: shardId, isIdentifying }: RelayShard, info: SessionInfo | null): void {
    const shard = this.sessions.shard(shardId);
    if (!info || (info.sessionId === shard.discordId && !isIdentifying)) return;
    // Servers other than Discord may omit the address for resuming.
    const resumeUrl: unknown = info.resumeURL ?? this.gateway.generalUrl();
    const discordId: unknown = info.sessionId;
    const sessionId = sessionIdOf(info.sessionId, shardId, randomBytes(4).toString('hex'));
    const ready = readSession({ ...info, discordId, sessionId, resumeUrl });
    if (!ready) {
      this.logger.error({ shardId }, 'READY contains no usable session');
      return;
    }
    const lost = shard.start(ready);
    const started = shard.resumeFrom!;
    this.metrics.countAbandonedLists(shard.memberLists.abandonAll('session_lost'));
    this.onSessionStarted(shardId, started, lost);
    this.sessions.markDirty(shardId);
    this.logger.info({ shardId, sessionId: started.sessionId }, 'session started');
    if (lost) this.reportLost(shardId, started, lost);
  }

  private reportLost(shardId: number, started: ResumableSession, lost: LostSession): void {
    this.metrics.sessionsLost.inc();
    const figures = { lostSessionId: lost.sessionId, lostAfterSequence: lost.sequence };
    this.logger.warn({ shardId, sessionId: started.sessionId, ...figures }, 'session lost');
  }
}
