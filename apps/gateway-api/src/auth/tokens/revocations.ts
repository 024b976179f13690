import { AppError, CREDENTIALS_REVOKED_SUBJECT } from '@discord-relay/contracts';
import type { HealthRegistry, Logger, NatsLink } from '@discord-relay/platform';
import type { AuthMetrics } from '../../metrics/auth-metrics.js';
import type { RelayDatabase } from '../../database/relay.database.js';

/** Without a notice a revocation is found this much later, well within a second. */
const POLL_EVERY_MS = 400;
/** The revoking transaction may commit up to this long after the time that it stores. */
const LATE_COMMIT_S = 30;
/** Longer than any token made before the revocation is accepted from a cache or by its own claims. */
const KEEP_S = 20 * 60;

const REVOKED = `
  SELECT credential, extract(epoch FROM now() - revoked_at)::float8 AS "ageS"
  FROM (SELECT 'session:' || id AS credential, revoked_at FROM sessions
        UNION ALL SELECT 'token:' || id, revoked_at FROM service_tokens) AS credentials
  WHERE revoked_at > now() - make_interval(secs => $1)`;

interface Revoked {
  credential: string;
  ageS: number;
}

/**
 * The revoked credentials, known on every replica within a second: from frequent queries, and sooner from a notice over NATS.
 * No revocable credential is accepted before the first query.
 */
export class Revocations {
  private readonly forgetAtMs = new Map<string, number>();
  private readonly listeners = new Set<(credential: string) => void>();
  private stopped = false;
  private wake: () => void = () => undefined;
  private polledAtMs: number | undefined;
  private failing = false;
  private polling: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: RelayDatabase,
    private readonly link: NatsLink,
    private readonly metrics: AuthMetrics,
    health: HealthRegistry,
    private readonly logger: Logger,
  ) {
    health.register('credentials', () =>
      this.polledAtMs === undefined
        ? { ok: false, detail: 'waiting for Postgres and the projector’s migrations' }
        : { ok: true },
    );
  }

  onModuleInit(): void {
    this.polling = this.pollUntilStopped();
    void this.link.connection.then((connection) =>
      connection.subscribe(CREDENTIALS_REVOKED_SUBJECT, { callback: () => this.wake() }),
    );
  }

  /** Before the connections close. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    this.wake();
    await this.polling;
  }

  /** Calls back once for every credential that becomes revoked. Returns a function that stops this. */
  onRevoked(callback: (credential: string) => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  /** @throws AppError `AUTH.TOKEN_REVOKED`, or `SERVICE.UNAVAILABLE` before the first query */
  check(credential: string | undefined): void {
    if (credential === undefined) return;
    if (this.polledAtMs === undefined) throw new AppError('SERVICE.UNAVAILABLE');
    if (this.forgetAtMs.has(credential)) throw new AppError('AUTH.TOKEN_REVOKED');
  }

  /** Call it after the revocation is committed: every replica checks at once, or a moment later without NATS. */
  broadcast(): void {
    this.wake();
    void this.link.connection
      .then((connection) => connection.publish(CREDENTIALS_REVOKED_SUBJECT))
      .catch((err: unknown) =>
        this.logger.warn({ err }, 'cannot announce a revocation; other replicas find it by polling'),
      );
  }

  private async pollUntilStopped(): Promise<void> {
    while (!this.stopped) {
      // Cleared before the query, so that a notice that arrives during the query causes another query.
      const woken = new Promise<void>((resolve) => (this.wake = resolve));
      await this.poll();
      const timer = setTimeout(this.wake, POLL_EVERY_MS);
      await woken;
      clearTimeout(timer);
    }
  }

  private async poll(): Promise<void> {
    const startedAtMs = performance.now();
    const sinceS = this.polledAtMs === undefined ? KEEP_S : (startedAtMs - this.polledAtMs) / 1_000;
    const values = [Math.min(KEEP_S, sinceS + LATE_COMMIT_S)];
    try {
      const found = await this.database.rows<Revoked>({ name: 'revoked', text: REVOKED, values });
      this.update(found, startedAtMs);
      this.polledAtMs = startedAtMs;
      this.failing = false;
    } catch (err) {
      if (!this.failing) this.logger.warn({ err }, 'cannot read revocations; the last known ones apply');
      this.failing = true;
    }
  }

  private update(found: Revoked[], nowMs: number): void {
    for (const [credential, atMs] of this.forgetAtMs) if (atMs < nowMs) this.forgetAtMs.delete(credential);
    for (const { credential, ageS } of found) {
      if (this.forgetAtMs.has(credential)) continue;
      this.forgetAtMs.set(credential, nowMs + KEEP_S * 1_000);
      if (this.polledAtMs !== undefined) this.report(credential, ageS);
    }
  }

  private report(credential: string, ageS: number): void {
    this.metrics.revocations.inc();
    this.metrics.revocationSeconds.observe(Math.max(0, ageS));
    this.logger.info({ credential }, 'credential revoked');
    for (const listener of this.listeners) listener(credential);
  }
}
