import { MemberListCollector } from '../../normalize/context/member-list-collector.js';
import { AckTracker } from './ack-tracker.js';
import type { LogPosition } from '../../nats/log-continuity.js';
import { ShardVoiceTracker } from '../../normalize/context/voice-channel-tracker.js';

/** What another process needs to continue where this one stopped. Stored as JSON under `shard.<id>`. */
export interface StoredSession {
  /** Ours, made by `sessionIdOf`: part of event ids, gap ids and message ids. */
  sessionId: string;
  resumeUrl: string;
  /** Highest sequence up to which everything is in the log. */
  sequence: number;
  shardCount: number;
  /** When that sequence arrived, or a little earlier. ISO 8601. */
  acknowledgedAt?: string;
  /** Discord's id of the session; absent in records of versions whose `sessionId` was that. */
  discordId?: string;
  /** Consecutive RESUMEs without RESUMED, and over how long. */
  failedResumes?: { count: number; forMs: number };
  /** Given up: no process resumes it. */
  givenUp?: boolean;
  /** ISO 8601. */
  savedAt: string;
  /** The process that wrote it. */
  owner: string;
  /** Where the log ended then: it has what the session needs as long as it is not shorter. */
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
  /** … and the minimum time over which they fail. */
  giveUpMs: number;
}

/**
 * Our id for a new session. Discord's id alone does not make event ids unique: compatible servers give several
 * shards one id, and use an id again, also after this process has lost its record of the first one.
 * @param identify names the IDENTIFY that the session answers; no other one of the shard has the same
 */
export const sessionIdOf = (discordId: string, shardId: number, identify: string): string =>
  `${discordId}~${shardId}.${identify}`;

/** A session that ended before all its dispatches were received. */
export interface LostSession {
  sessionId: string;
  sequence: number;
  /** When that sequence arrived, or a little earlier. ISO 8601. */
  acknowledgedAt: string | null;
}

/**
 * The gateway session of one shard. It is always resumed from the acknowledged sequence, whatever has arrived
 * meanwhile.
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
    this.restore(begun);
    return lost;
  }

  /** Discord's id of the session; undefined while there is none. */
  get discordId(): string | undefined {
    return this.session?.discordId ?? this.session?.sessionId;
  }

  /** Discord resumed the session. */
  resumed(): void {
    this.resumeTriedAtMs = undefined;
    if (this.session) delete this.session.failedResumes;
  }

  /** A RESUME is about to be sent. @param nowMs of a monotonic clock */
  resumeSent(nowMs: number): void {
    this.resumeTriedAtMs ??= nowMs;
  }

  /** A RESUME has failed. @returns whether it was the last one, so that the session is given up */
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

  /** Gives the session up: the next connection identifies. False when there is none to give up. */
  giveUp(): boolean {
    if (!this.session || !this.resumable) return false;
    this.session.givenUp = true;
    this.resumable = false;
    return true;
  }

  /** Discord will not resume the session: the next connection identifies. */
  invalidate(): void {
    this.resumable = false;
  }

  /** What to resume from; null when a new session has to be started. */
  get resumeFrom(): ResumableSession | null {
    return this.resumable ? this.position() : null;
  }

  /**
   * What to store; null without a session, and while events of the previous session are not in the log or the gap after
   * it is not recorded: until then, a crash has to look like the loss of that session.
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
