import { AppError, type ErrorCode } from '@discord-relay/contracts';
import { type Logger, redact, shorten, wallClockIso } from '@discord-relay/platform';
import { AUDIT, columnList, recordDefinition } from '@discord-relay/read-model';
import type { AuthMetrics } from '../../metrics/auth-metrics.js';
import type { RelayDatabase } from '../../database/relay.database.js';

/** An action, or a refused attempt. Never contains a token or message content. */
export interface AuditRecord {
  /** `<subject>.<outcome>`, for example `login.discord`, `token.revoked`, `access.refused`. */
  action: string;
  /** {@link Principal.id} of the caller; absent when unknown. */
  actor?: string;
  /** Network address of the client. */
  address?: string;
  /** What the action was applied to. */
  target?: string;
  /** The error code of a refusal; absent when the action was carried out. */
  code?: ErrorCode;
  requestId?: string;
}

interface Entry extends AuditRecord {
  at: string;
  /** Number of equal records since `at`. */
  count: number;
}

/** Records that wait for the database; further ones are dropped, counted and logged. */
const MAX_WAITING = 10_000;
const WRITE_EVERY_MS = 1_000;
/** Limits names that clients give themselves. */
const MAX_CHARS = 200;

const WRITTEN = ['at', 'action', 'actor', 'address', 'target', 'code', 'request_id', 'count'] as const;
const INSERT = `
  INSERT INTO audit (${columnList(AUDIT, WRITTEN)})
  SELECT ${columnList(AUDIT, WRITTEN)}
  FROM jsonb_to_recordset($1::jsonb) AS entry (${recordDefinition(AUDIT, WRITTEN)})`;

/**
 * Records who did what. A request never waits for it and never fails because of it: records are queued, equal records of a
 * short time are merged with a count, and a background task writes them until Postgres accepts them.
 */
export class AuditLog {
  private waiting = new Map<string, Entry>();
  private writing: Entry[] = [];
  private dropping = false;
  private timer: NodeJS.Timeout | undefined;
  private inProgress: Promise<void> | undefined;

  constructor(
    private readonly database: RelayDatabase,
    private readonly metrics: AuthMetrics,
    private readonly logger: Logger,
  ) {}

  record(given: AuditRecord): void {
    const record = bounded(given);
    const key = JSON.stringify([record.action, record.actor, record.address, record.target, record.code]);
    const same = this.waiting.get(key);
    if (same) same.count += 1;
    else this.add(key, { ...record, at: wallClockIso(), count: 1 });
  }

  onModuleInit(): void {
    this.timer = setInterval(() => void this.write(), WRITE_EVERY_MS).unref();
  }

  /** After the last request: writes what is left, or logs that it is lost. */
  async finish(): Promise<void> {
    clearInterval(this.timer);
    await this.inProgress;
    await this.write();
    const lost = this.waiting.size + this.writing.length;
    if (lost > 0) this.drop(lost, 'the database is unavailable');
  }

  /** Writes the waiting records now instead of a little later. Resolves after the attempt. */
  write(): Promise<void> {
    this.inProgress ??= this.writeAll().finally(() => (this.inProgress = undefined));
    return this.inProgress;
  }

  private add(key: string, entry: Entry): void {
    if (this.waiting.size + this.writing.length >= MAX_WAITING) return this.drop(1, 'too many are waiting');
    this.waiting.set(key, entry);
    this.logger.info({ audit: entry }, 'audit');
  }

  private drop(count: number, why: string, err?: unknown): void {
    this.metrics.auditDropped.inc(count);
    if (!this.dropping) this.logger.error({ err, count }, `audit records are lost: ${why}`);
    this.dropping = true;
  }

  private async writeAll(): Promise<void> {
    if (this.writing.length === 0) {
      this.writing = [...this.waiting.values()];
      this.waiting = new Map();
    }
    if (this.writing.length === 0) return;
    try {
      const values = [
        JSON.stringify(this.writing.map(({ requestId, ...row }) => ({ ...row, request_id: requestId }))),
      ];
      await this.database.rows({ name: 'audit_insert', text: INSERT, values });
      this.dropping = false;
    } catch (err) {
      if (err instanceof AppError) return this.logger.warn({ err }, 'audit records wait for the database');
      this.drop(this.writing.length, 'the database rejects them', err);
    }
    this.writing = [];
  }
}

function bounded(record: AuditRecord): AuditRecord {
  const entries = Object.entries(record as unknown as Record<string, string | undefined>);
  const kept = entries.filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(
    kept.map(([key, text]) => [key, shorten(printable(redact(text)), MAX_CHARS)]),
  ) as unknown as AuditRecord;
}

/** Postgres accepts no NUL, and a log line no line break. */
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cs}]/gu, '\uFFFD');
