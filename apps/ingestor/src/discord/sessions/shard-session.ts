import { MemberListCollector } from '../../normalize/context/member-list-collector.js';
import { AckTracker } from './ack-tracker.js';
import type { LogPosition } from '../../nats/log-continuity.js';
import { ShardVoiceTracker } from '../../normalize/context/voice-channel-tracker.js';

/** What another process needs to go on where this one stopped. Stored as JSON under `shard.<id>`. */
export interface StoredSession {
  /** Ours, made by `sessionIdOf`: part of event ids, gap ids and message ids. */
  sessionId: string;
  resumeUrl: string;
  /** Highest sequence up to which everything is in the log. */
  sequence: number;
  shardCount: number;
  /** When that sequence came, or a little earlier. ISO 8601. */
  acknowledgedAt?: string;
  /** Discord's id of the session; absent in records of versions whose `sessionId` was that. */
  discordId?: string;
  /** RESUMEs in a row that were not answered with RESUMED, and over how long. */
  failedResumes?: { count: number; forMs: number };
  /** Nobody resumes it any more. */
  givenUp?: boolean;
  /** ISO 8601. */
  savedAt: string;
  /** The process that wrote it. */
  owner: string;
  /** Where the log was then: it has what the session needs as long as it is no shorter. */
  log?: LogPosition;
}

export type ResumableSession = Omit<StoredSession, 'savedAt' | 'owner' | 'log'>;

type Session = Omit<ResumableSession, 'sequence' | 'acknowledgedAt'> & { readonly tracker: AckTracker };

/** What a READY says of its session. */
export type ReadySession = Pick<
  ResumableSession,
  'sessionId' | 'discordId' | 'resumeUrl' | 'sequence' | 'shardCount'
>;

export interface ResumeLimits {
  /** RESUMEs that fail in a row before a session is given up … */
  attempts: number;
  /** … and for how long they fail at least. */
  giveUpMs: number;
}

/**
 * Our id of a session that begins. Discord's id alone does not make event ids unique: compatible servers give several
 * shards one id, and use an id again, also after this process has lost its record of the first one.
 * @param identify names the IDENTIFY that the session answers; no other one of the shard has the same
 */
export const sessionIdOf = (discordId: string, shardId: number, identify: string): string =>
  `${discordId}~${shardId}.${identify}`;

/** A session that ended before everything it held was ours. */
export interface LostSession {
  sessionId: string;
  sequence: number;
  /** When that sequence came, or a little earlier. ISO 8601. */
  acknowledgedAt: string | null;
}

/**
 * One shard's gateway session: what Discord is asked to resume from is always the acknowledged sequence, whatever has
 * arrived meanwhile.
 */
export class ShardSession {
  readonly voice = new ShardVoiceTracker();
  readonly memberLists = new MemberListCollector();
  private session: Session | null = null;
  /** The tracker of the session before, while events of it are not in the log. */
  private previous: AckTracker | null = null;
  private resumable = false;
  private deferrals = 0;
  private resumeTriedAtMs: number | undefined;

  get current(): Readonly<Session> | null {
    return this.session;
  }

  /** Takes up the session of an earlier process. */
  restore(stored: ResumableSession): void {
    const { acknowledgedAt, sequence, ...session } = stored;
    const settledAtMs = acknowledgedAt === undefined ? null : Date.parse(acknowledgedAt);
    this.session = { ...session, tracker: new AckTracker(sequence, settledAtMs) };
    this.resumable = stored.givenUp !== true;
    this.resumeTriedAtMs = undefined;
  }

  /** Discord has begun a session (READY). @returns the session that it replaces, if there was one to resume */
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

  /** A RESUME is about to be sent. Time of a clock that only rises. */
  resumeSent(nowMs: number): void {
    this.resumeTriedAtMs ??= nowMs;
  }

  /** A RESUME was not answered with RESUMED. @returns whether that was the last: the session is given up */
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

  /** No process resumes the session any more: the next connection identifies. False when there was none to give up. */
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

  /** What to resume from; null when a new session has to be begun. */
  get resumeFrom(): ResumableSession | null {
    return this.resumable ? this.position() : null;
  }

  /**
   * What to store. null while there is none, or while events of the session before are not in the log, or the gap
   * after it is not recorded: until they are, a crash has to look like the loss of that session.
   */
  get storable(): ResumableSession | null {
    if (this.deferrals > 0 || this.previous?.isSettled === false) return null;
    const position = this.position();
    const acknowledgedAt = this.session && timeOf(this.session.tracker);
    return position && acknowledgedAt ? { ...position, acknowledgedAt } : position;
  }

  /** Keeps the session out of the store until what is returned is called. */
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
