/** A dispatch as a session numbered it. `ledgerIndex` is null for dispatches without a fact (READY, chunks …). */
export interface SentEntry {
  s: number;
  t: string;
  ledgerIndex: number | null;
}

interface SessionLog {
  /** The sequence number of the first stored entry. */
  firstS: number;
  t: string[];
  ledger: number[];
}

const NO_FACT = 0;

/**
 * The dispatches that were sent to each session, or would have been if its client had been connected; limited over all
 * sessions.
 */
export class SentLog {
  private readonly logs = new Map<string, SessionLog>();
  private size = 0;

  /** @param limit maximum number of entries; above it the oldest session loses its first half. 0 stores none. */
  constructor(private readonly limit: number) {}

  record(sessionId: string, s: number, t: string, ledgerIndex: number | null): void {
    if (this.limit === 0) return;
    const known = this.logs.get(sessionId);
    const log = known ?? { firstS: s, t: [], ledger: [] };
    if (!known) this.logs.set(sessionId, log);
    log.t.push(t);
    log.ledger.push(ledgerIndex ?? NO_FACT);
    this.size += 1;
    if (this.size > this.limit) this.cut();
  }

  /** A session with the same id starts again. */
  remove(sessionId: string): void {
    this.size -= this.logs.get(sessionId)?.t.length ?? 0;
    this.logs.delete(sessionId);
  }

  /** Entries of a session with `s` above `after`; null for a session that is unknown or no longer stored. */
  page(sessionId: string, after: number, limit: number): { firstS: number; entries: SentEntry[] } | null {
    const log = this.logs.get(sessionId);
    if (!log) return null;
    const from = Math.max(0, after + 1 - log.firstS);
    const entries = log.t.slice(from, from + limit).map((t, i) => ({
      s: log.firstS + from + i,
      t,
      ledgerIndex: log.ledger[from + i] || null,
    }));
    return { firstS: log.firstS, entries };
  }

  /** Oldest first, including ended ones. */
  sessions(): { session: string; firstS: number; lastS: number }[] {
    return [...this.logs].map(([session, { firstS, t }]) => ({
      session,
      firstS,
      lastS: firstS + t.length - 1,
    }));
  }

  private cut(): void {
    const [oldest] = this.logs;
    if (!oldest) return;
    const [id, log] = oldest;
    const count = this.logs.size > 1 ? log.t.length : Math.ceil(log.t.length / 2);
    this.size -= count;
    if (count === log.t.length) return void this.logs.delete(id);
    log.t.splice(0, count);
    log.ledger.splice(0, count);
    log.firstS += count;
  }
}
