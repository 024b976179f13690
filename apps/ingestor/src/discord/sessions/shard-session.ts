import { MemberListCollector } from '../../normalize/context/member-list-collector.js';
import { serverClock } from '../../support/server-clock.js';
import { AckTracker } from './ack-tracker.js';
import type { LogPosition } from '../../nats/log-continuity.js';
import { ShardVoiceTracker } from '../../normalize/context/voice-channel-tracker.js';

/** The state from which another process continues the session. Stored as JSON under `shard.<id>`. */
export interface StoredSession {
  /** The id from `sessionIdOf`, which is part of event ids, gap ids and message ids. */
  sessionId: string;
  resumeUrl: string;
  /** Highest sequence up to which everything is in the log. */
  sequence: number;
  shardCount: number;
  /** When that sequence arrived, or a little earlier. ISO 8601. */
  acknowledgedAt?: string;
  /** Discord's id of the session; absent in records of versions that used it as `sessionId`. */
  discordId?: string;
  /** Number of consecutive failed RESUMEs, and the time over which they failed. */
  failedResumes?: { count: number; forMs: number };
  /** The session is given up: no process resumes it. */
  givenUp?: boolean;
  /** ISO 8601. */
  savedAt: string;
  /** The process that wrote it. */
  owner: string;
  /** The end of the log at that time: a log that is shorter now has lost events of the session. */
  log?: LogPosition;
}

export type ResumableSession = Omit<StoredSession, 'savedAt' | 'owner' | 'log'>;

type Session = Omit<ResumableSession, 'sequence' | 'acknowledgedAt'> & { readonly tracker: AckTracker };

/** The session that a READY starts. */
export type ReadySession = Pick<
  ResumableSession,
  'sessionId' | 'discordId' | 'resumeUrl' | 'sequence' | 'shardCount'
>;

export interface ResumeLimits {
  /** Consecutive failed RESUMEs before a session is given up … */
  attempts: number;
  /** … and the minimum time over which they have failed. */
  giveUpMs: number;
}

/**
 * The relay's id for a new session. Discord's id alone does not make event ids unique: compatible servers give the same id to
 * several shards, and reuse ids, even after the record of the first session is lost.
 * @param identify identifies the IDENTIFY that started the session, among all of the shard
 */
export const sessionIdOf = (discordId: string, shardId: number, identify: string): string =>
  `${discordId}~${shardId}.${identify}`;

/** A session that ended before all of its dispatches were received. */
export interface LostSession {
  sessionId: string;
  sequence: number;
  /** When that sequence arrived, or a little earlier. ISO 8601. */
  acknowledgedAt: string | null;
}

/**
 * The gateway session of one shard. A resume always starts from the acknowledged sequence, even if later dispatches have
 * arrived.
 */
export class ShardSession {
  readonly voice = new ShardVoiceTracker();
  readonly memberLists = new MemberListCollector();
  private session: Session | null = null;
  /** The tracker of the previous session, while events of it are not in the log. */
  private previous: AckTracker | null = null;
  private resumable = false;
  private deferrals = 0;
  private resumeTriedAtMs: number | undefined;

  get current(): Readonly<Session> | null {
    return this.session;
  }

  /** Continues the session of an earlier process. */
  restore(stored: ResumableSession): void {
    const { acknowledgedAt, sequence, ...session } = stored;
    const settledAtMs = acknowledgedAt === undefined ? null : Date.parse(acknowledgedAt);
    this.session = { ...session, tracker: new AckTracker(sequence, settledAtMs) };
    this.resumable = stored.givenUp !== true;
    this.resumeTriedAtMs = undefined;
  }

  /** Discord has started a session (READY). @returns the session that it replaces, if there was one to resume */
  start(begun: ReadySession): LostSession | null {
    const lost = this.session && {
      sessionId: this.session.sessionId,
      sequence: this.session.tracker.contiguous,
      acknowledgedAt: timeOf(this.session.tracker),
    };
    this.previous = this.session?.tracker ?? null;
    // Without this time, the gap after a session that is lost before its first dispatch would have no start.
    this.restore({ ...begun, acknowledgedAt: serverClock.iso });
    return lost;
  }

  /** Discord's id of the session; undefined while there is none. */
  get discordId(): string | undefined {
    return this.session?.discordId ?? this.session?.sessionId;
  }

  /** Records that Discord has resumed the session. */
  resumed(): void {
    this.resumeTriedAtMs = undefined;
    if (this.session) delete this.session.failedResumes;
  }

  /** Records that a RESUME is about to be sent. @param nowMs of a monotonic clock */
  resumeSent(nowMs: number): void {
    this.resumeTriedAtMs ??= nowMs;
  }

  /** Records a failed RESUME. @returns whether the session is given up, because it was the last attempt */
  resumeFailed({ attempts, giveUpMs }: ResumeLimits, nowMs: number): boolean {
    if (!this.session || !this.resumable) return false;
    const { count, forMs } = this.session.failedResumes ?? { count: 0, forMs: 0 };
    const sinceMs = nowMs - (this.resumeTriedAtMs ?? nowMs);
    this.resumeTriedAtMs = nowMs;
    const failed = { count: count + 1, forMs: Math.round(forMs + sinceMs) };
    this.session.failedResumes = failed;
    if (failed.count < attempts || failed.forMs < giveUpMs) return false;
    this.giveUp();
    return true;
  }

  /** Gives up the session: the next connection identifies. False when there is no session. */
  giveUp(): boolean {
    if (!this.session || !this.resumable) return false;
    this.session.givenUp = true;
    this.resumable = false;
    return true;
  }

  /** Drops a session that Discord will not resume: the next connection identifies. */
  invalidate(): void {
    this.resumable = false;
  }

  /** The session to resume; null when the next connection has to identify. */
  get resumeFrom(): ResumableSession | null {
    return this.resumable ? this.position() : null;
  }

  /**
   * The session to store; null if there is none, or while events of the previous session are not in the log or the gap after it
   * is not recorded: until then, a crash has to look like the loss of the previous session.
   */
  get storable(): ResumableSession | null {
    if (this.deferrals > 0 || this.previous?.isSettled === false) return null;
    const position = this.position();
    const acknowledgedAt = this.session && timeOf(this.session.tracker);
    return position && acknowledgedAt ? { ...position, acknowledgedAt } : position;
  }

  /** Keeps the session out of the store until the returned function is called. */
  deferStoring(): () => void {
    this.deferrals++;
    return () => void this.deferrals--;
  }

  private position(): ResumableSession | null {
    if (!this.session) return null;
    const { tracker, ...session } = this.session;
    return { ...session, sequence: tracker.contiguous };
  }
}

function timeOf({ contiguousAtMs }: AckTracker): string | null {
  return contiguousAtMs === null ? null : new Date(contiguousAtMs).toISOString();
}
