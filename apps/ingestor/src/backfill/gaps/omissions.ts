import type { LeftOutReason, Unrecoverable } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';
import type { BackfillMetrics } from '../../metrics/backfill-metrics.js';
import { HistoryRequestError, type DiscordErrorKind } from '../rest/history-request-error.js';
import type { AttemptLimits, GuildGap } from './gap.js';

/** Number of equal refusals after which a refusal is trusted. */
const REFUSALS_TO_TRUST = 3;

const REASONS: Record<DiscordErrorKind, LeftOutReason> = {
  guild_gone: 'refused',
  channel_gone: 'gone',
  message_gone: 'unknown_message',
  emoji_gone: 'unknown_emoji',
  no_access: 'no_access',
  refused: 'refused',
};
/** Kinds that are trusted after one answer; others, and failures of the connection, are retried. */
const TRUSTED_AT_ONCE: ReadonlySet<DiscordErrorKind> = new Set([
  'channel_gone',
  'message_gone',
  'emoji_gone',
  'no_access',
]);

/** Names an item that is left out, for a reason. */
export type NameOmission = (reason: LeftOutReason) => Unrecoverable;

/** The omissions of a gap, and the attempts at failing items. They are stored with the gap, so that they survive a restart. */
export class Omissions {
  private readonly named = new Set<string>();
  private readonly triedAtMs = new Map<string, number>();

  constructor(
    private readonly gap: GuildGap,
    private readonly limits: AttemptLimits,
    private readonly metrics: BackfillMetrics,
    private readonly logger: Logger,
  ) {
    for (const entry of gap.leftOut ?? []) this.named.add(entry);
  }

  /** Whether an item was left out before, for any reason. */
  has(item: string): boolean {
    const suffix = `:${item}`;
    return (this.gap.leftOut ?? []).some((entry) => entry.endsWith(suffix));
  }

  add(entry: Unrecoverable): void {
    if (this.named.has(entry)) return;
    this.named.add(entry);
    (this.gap.leftOut ??= []).push(entry);
    const reason = entry.split(':', 1)[0]!;
    this.metrics.leftOut.inc({ reason });
    this.logger.warn({ leftOut: entry, reason }, 'item left out of a gap');
  }

  /** Counts the parts of an item that its event lacks, because they were unreadable or exceeded a limit. */
  countDroppedParts(item: string, parts: number): void {
    if (parts === 0) return;
    this.metrics.droppedParts.inc(parts);
    this.logger.warn({ item, parts }, 'parts of an item of history were omitted');
  }

  /** Records that a configured limit has cut off history. */
  addLimit(entry: Unrecoverable, limit: string): void {
    if (!this.named.has(entry)) this.metrics.limitsReached.inc({ limit });
    this.add(entry);
  }

  /**
   * Leaves out an item whose request failed permanently.
   * @throws the failure when the item has to be retried, or when the failure does not concern the item
   */
  recordFailure(
    failure: unknown,
    item: string,
    name: NameOmission = (reason) => `${reason}:${item}`,
  ): LeftOutReason {
    const error = this.requireUncounted(failure);
    const { kind } = error;
    const reason = kind === undefined ? 'unreachable' : REASONS[kind];
    if (kind === undefined || !TRUSTED_AT_ONCE.has(kind))
      this.throwUnlessSpent(error, item, kind === undefined);
    this.add(name(reason));
    return reason;
  }

  /** As {@link recordFailure}, for important items: no refusal is trusted before all attempts are spent. */
  recordFailurePatiently(failure: unknown, item: string, name: Unrecoverable): void {
    this.throwUnlessSpent(this.requireUncounted(failure), item, true);
    this.add(name);
  }

  /** Forgets earlier failures of an item that has been read. */
  succeeded(item: string): void {
    delete this.gap.failing?.[item];
  }

  private requireUncounted(failure: unknown): HistoryRequestError {
    if (!(failure instanceof HistoryRequestError) || failure.affectsAllRequests || failure.item !== undefined)
      throw failure;
    return failure;
  }

  /** @throws the failure, until the attempts are spent */
  private throwUnlessSpent(failure: HistoryRequestError, item: string, patiently: boolean): void {
    failure.item = item;
    if (!this.countAttempt(item, patiently)) throw failure;
  }

  /** Counts an attempt. @returns whether the attempts are spent */
  private countAttempt(item: string, patiently: boolean): boolean {
    const nowMs = performance.now();
    const { attempts, forMs } = this.gap.failing?.[item] ?? { attempts: 0, forMs: 0 };
    // By this process's monotonic clock: time without attempts does not count.
    const sinceMs = nowMs - (this.triedAtMs.get(item) ?? nowMs);
    this.triedAtMs.set(item, nowMs);
    const now = { attempts: attempts + 1, forMs: Math.round(forMs + sinceMs) };
    (this.gap.failing ??= {})[item] = now;
    if (!patiently) return now.attempts >= REFUSALS_TO_TRUST;
    return now.attempts >= this.limits.attempts && now.forMs >= this.limits.giveUpMs;
  }
}
