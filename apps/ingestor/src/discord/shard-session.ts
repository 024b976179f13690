import { MemberRolls } from '../member-rolls.js';
import { AckTracker } from '../publish/ack-tracker.js';
import type { LogPosition } from '../publish/log-continuity.js';
import { ShardVoice } from '../voice-channels.js';

/** What another process needs to go on where this one stopped. Stored as JSON under `shard.<id>`. */
export interface StoredSession {
  sessionId: string;
  resumeUrl: string;
  /** Highest sequence up to which everything is in the log. */
  sequence: number;
  shardCount: number;
  /** When that sequence came, or a little earlier. ISO 8601. */
  acknowledgedAt?: string;
  /** ISO 8601. */
  savedAt: string;
  /** The process that wrote it. */
  owner: string;
  /** Where the log was then: it has what the session needs as long as it is no shorter. */
  log?: LogPosition;
}

export type SessionStart = Omit<StoredSession, 'savedAt' | 'owner' | 'log'>;

interface Session extends Omit<SessionStart, 'sequence'> {
  readonly tracker: AckTracker;
}

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
  readonly voice = new ShardVoice();
  readonly rolls = new MemberRolls();
  private session: Session | null = null;
  /** The tracker of the session before, while events of it are not in the log. */
  private previous: AckTracker | null = null;
  private resumable = false;
  private holds = 0;

  get current(): Readonly<Session> | null {
    return this.session;
  }

  /** Takes up the session of an earlier process. */
  restore(stored: SessionStart): void {
    const { acknowledgedAt, sequence } = stored;
    const settledAtMs = acknowledgedAt === undefined ? null : Date.parse(acknowledgedAt);
    this.session = { ...stored, tracker: new AckTracker(sequence, settledAtMs) };
    this.resumable = true;
  }

  /**
   * Discord has begun a session (READY). Returns the session that it replaces, if there was one to resume. Told again
   * about the same session it changes nothing: the library reports sequences before their events are safe.
   */
  begin(start: SessionStart): LostSession | null {
    if (this.session?.sessionId === start.sessionId) return null;
    const lost = this.session && {
      sessionId: this.session.sessionId,
      sequence: this.session.tracker.contiguous,
      acknowledgedAt: timeOf(this.session.tracker),
    };
    this.previous = this.session?.tracker ?? null;
    this.restore(start);
    return lost;
  }

  /** Discord will not resume the session: the next connection identifies. */
  invalidate(): void {
    this.resumable = false;
  }

  /** What to resume from; null when a new session has to be begun. */
  get resumeFrom(): SessionStart | null {
    return this.resumable ? this.position() : null;
  }

  /**
   * What to store. null while there is none, or while events of the session before are not in the log, or the gap
   * after it is not recorded: until they are, a crash has to look like the loss of that session.
   */
  get record(): SessionStart | null {
    if (this.holds > 0 || this.previous?.idle === false) return null;
    const position = this.position();
    const acknowledgedAt = this.session && timeOf(this.session.tracker);
    return position && acknowledgedAt ? { ...position, acknowledgedAt } : position;
  }

  /** Keeps the session out of the store until what is returned is called. */
  hold(): () => void {
    this.holds++;
    return () => void this.holds--;
  }

  private position(): SessionStart | null {
    if (!this.session) return null;
    const { sessionId, resumeUrl, shardCount, tracker } = this.session;
    return { sessionId, resumeUrl, shardCount, sequence: tracker.contiguous };
  }
}

function timeOf({ contiguousAtMs }: AckTracker): string | null {
  return contiguousAtMs === null ? null : new Date(contiguousAtMs).toISOString();
}
