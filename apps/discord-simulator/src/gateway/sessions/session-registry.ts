import { randomBytes } from 'node:crypto';
import { GatewayRules } from '../../faults/gateway-rules.js';
import { ReplayBuffer } from './replay-buffer.js';
import { SentLog } from './sent-log.js';
import { Session, type IdentifyParameters } from './session.js';
import type { SimulatorOptions } from '../../options.js';

type RegistryOptions = Pick<
  SimulatorOptions,
  'replayBufferEvents' | 'replayBufferBytes' | 'resumeWindowMs' | 'sentEntries'
>;

/** A rule may give the sessions of several shards the same id. */
const keyOf = (id: string, { shard: [shardId] }: IdentifyParameters): string => `${shardId}:${id}`;

/** All sessions that are connected or can still be resumed, and the dispatches that were sent to them. */
export class SessionRegistry {
  private readonly sessions = new Map<string, Session>();
  readonly sent: SentLog;
  readonly rules = new GatewayRules();
  /** Number of identifies since the start of the simulator. */
  identifies = 0;
  resumes = 0;

  constructor(private readonly options: RegistryOptions) {
    this.sent = new SentLog(options.sentEntries);
  }

  all(): Iterable<Session> {
    return this.sessions.values();
  }

  /** The session with this id. If a rule gave several shards the same id, preferably one without a connection. */
  find(id: string): Session | undefined {
    const found = [...this.sessions.values()].filter((session) => session.id === id);
    return found.find(({ connected }) => connected === null) ?? found[0];
  }

  create(terms: IdentifyParameters): Session {
    const { replayBufferEvents, replayBufferBytes } = this.options;
    const id = this.rules.sessionId ?? randomBytes(16).toString('hex');
    const earlier = this.sessions.get(keyOf(id, terms));
    if (earlier) this.end(earlier);
    this.sent.remove(id);
    const buffer = new ReplayBuffer(replayBufferEvents, replayBufferBytes);
    const session = new Session(id, terms, buffer, this.sent, this.rules);
    this.sessions.set(keyOf(id, terms), session);
    this.identifies += 1;
    return session;
  }

  /** Removes a session: a later RESUME gets op 9 with `d: false`. */
  end(session: Session): void {
    session.detach();
    this.sessions.delete(keyOf(session.id, session.terms));
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
