import { randomBytes } from 'node:crypto';
import { GatewayRules } from '../faults/gateway-rules.js';
import { ReplayBuffer } from './replay-buffer.js';
import { SentLog } from './sent-log.js';
import { Session, type SessionTerms } from './session.js';
import type { SimulatorOptions } from '../options.js';

type RegistryOptions = Pick<
  SimulatorOptions,
  'replayBufferEvents' | 'replayBufferBytes' | 'resumeWindowMs' | 'sentEntries'
>;

/** All sessions that are connected or can still be resumed, and what they were sent. */
export class SessionRegistry {
  private readonly sessions = new Map<string, Session>();
  readonly sent: SentLog;
  readonly rules = new GatewayRules();
  /** Identifies since the start of the simulator. */
  identifies = 0;
  resumes = 0;

  constructor(private readonly options: RegistryOptions) {
    this.sent = new SentLog(options.sentEntries);
  }

  all(): Iterable<Session> {
    return this.sessions.values();
  }

  find(id: string): Session | undefined {
    return this.sessions.get(id);
  }

  create(terms: SessionTerms): Session {
    const { replayBufferEvents, replayBufferBytes } = this.options;
    const id = this.rules.sessionId ?? randomBytes(16).toString('hex');
    const namesake = this.sessions.get(id);
    if (namesake) this.end(namesake);
    this.sent.forget(id);
    const buffer = new ReplayBuffer(replayBufferEvents, replayBufferBytes);
    const session = new Session(id, terms, buffer, this.sent, this.rules);
    this.sessions.set(session.id, session);
    this.identifies += 1;
    return session;
  }

  /** Forgets a session: a later RESUME gets op 9 with `d: false`. */
  end(session: Session): void {
    session.detach();
    this.sessions.delete(session.id);
  }

  /** Ends every session, or those of a shard. @returns how many there were. */
  endAll(shardId?: number): number {
    const hit = [...this.sessions.values()].filter(
      ({ terms }) => (shardId ?? terms.shard[0]) === terms.shard[0],
    );
    for (const session of hit) this.end(session);
    return hit.length;
  }

  /** Ends sessions whose resume window has passed. */
  expire(nowMs: number): void {
    for (const session of this.sessions.values()) {
      const { disconnectedAtMs } = session;
      if (disconnectedAtMs !== null && nowMs - disconnectedAtMs > this.options.resumeWindowMs)
        this.end(session);
    }
  }
}
