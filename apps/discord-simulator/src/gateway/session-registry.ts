import { randomBytes } from 'node:crypto';
import { ReplayBuffer } from './replay-buffer.js';
import { Session, type SessionTerms } from './session.js';
import type { SimulatorOptions } from '../options.js';

const DAY_MS = 86_400_000;

type RegistryOptions = Pick<
  SimulatorOptions,
  'replayBufferEvents' | 'replayBufferBytes' | 'resumeWindowMs' | 'sessionStartTotal' | 'maxConcurrency'
>;

/** All sessions that are connected or can still be resumed, and the identify budget. */
export class SessionRegistry {
  private readonly sessions = new Map<string, Session>();
  private budgetStartMs = Date.now();
  private identifiesInBudget = 0;
  /** Identifies since the start of the simulator. */
  identifies = 0;
  resumes = 0;

  constructor(private readonly options: RegistryOptions) {}

  all(): Iterable<Session> {
    return this.sessions.values();
  }

  find(id: string): Session | undefined {
    return this.sessions.get(id);
  }

  create(terms: SessionTerms): Session {
    const { replayBufferEvents, replayBufferBytes } = this.options;
    const session = new Session(
      randomBytes(16).toString('hex'),
      terms,
      new ReplayBuffer(replayBufferEvents, replayBufferBytes),
    );
    this.sessions.set(session.id, session);
    this.renewBudget();
    this.identifies += 1;
    this.identifiesInBudget += 1;
    return session;
  }

  /** Forgets a session: a later RESUME gets op 9 with `d: false`. */
  end(session: Session): void {
    session.detach();
    this.sessions.delete(session.id);
  }

  /** Ends sessions whose resume window has passed. */
  expire(nowMs: number): void {
    for (const session of this.sessions.values()) {
      const { disconnectedAtMs } = session;
      if (disconnectedAtMs !== null && nowMs - disconnectedAtMs > this.options.resumeWindowMs)
        this.end(session);
    }
  }

  /** The `session_start_limit` object of `GET /gateway/bot`. */
  startLimit(): { total: number; remaining: number; reset_after: number; max_concurrency: number } {
    this.renewBudget();
    const total = this.options.sessionStartTotal;
    return {
      total,
      remaining: Math.max(0, total - this.identifiesInBudget),
      reset_after: Math.max(0, this.budgetStartMs + DAY_MS - Date.now()),
      max_concurrency: this.options.maxConcurrency,
    };
  }

  private renewBudget(): void {
    if (Date.now() - this.budgetStartMs < DAY_MS) return;
    this.budgetStartMs = Date.now();
    this.identifiesInBudget = 0;
  }
}
