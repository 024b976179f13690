import type { Logger } from '@discord-relay/platform';
import type { LogContinuity } from '../../nats/log-continuity.js';
import type { ResumableSession, ShardSession } from './shard-session.js';

interface StoredRecord {
  shardId: number;
  key: string;
  /** Undefined if it is unreadable. */
  session: ResumableSession | undefined;
}

/**
 * Puts the stored session into the shard, as far as the log still has its events. Returns the session unless a new one starts;
 * one whose events the log has lost is invalidated, so that a gap is opened.
 */
export function restoreSession(
  shard: ShardSession,
  { shardId, key, session }: StoredRecord,
  log: LogContinuity,
  logger: Logger,
): ResumableSession | undefined {
  if (!session) {
    logger.error({ shardId, key }, 'stored session is unreadable; starting a new one');
    return undefined;
  }
  const { sessionId, sequence } = session;
  if (log.state === 'empty') {
    logger.error({ shardId, sessionId }, 'the log is new; starting a new session and importing history');
    return undefined;
  }
  if (log.state === 'whole') {
    shard.restore(session);
    logger.info({ shardId, sessionId, sequence }, 'session found');
    return session;
  }
  const { endedAt } = log;
  shard.restore({ ...session, acknowledgedAt: endedAt });
  shard.invalidate();
  logger.error({ shardId, sessionId, endedAt }, 'the log lost events of the session; opening a gap');
  return session;
}
