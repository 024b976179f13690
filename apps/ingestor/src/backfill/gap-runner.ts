import { backOffMs, type Logger } from '@discord-relay/platform';
import type { GuildGap } from './gaps/gap.js';
import type { GuildBackfill } from './guild/guild-backfill.js';
import type { OpenGaps } from './open-gaps.js';
import { HistoryRequestError } from './rest/history-request-error.js';

/** A round reads the log and the channel lists again, so the delay grows further when only some items fail. */
const BACK_OFF = { away: { firstMs: 1_000, capMs: 60_000 }, items: { firstMs: 1_000, capMs: 900_000 } };

/** Fills the open gaps one at a time. Each gap has its own delay before the next round, so that a failing one delays no other. */
export class GapRunner {
  private readonly rounds = new WeakMap<GuildGap, { failures: number; nextAtMs: number }>();
  private readonly running = new Map<number, AbortController>();
  private wakeUp: () => void = () => undefined;

  constructor(
    private readonly gaps: OpenGaps,
    private readonly guild: GuildBackfill,
    private readonly signal: AbortSignal,
    private readonly logger: Logger,
  ) {}

  /** Fills gaps until it is stopped. */
  async run(): Promise<void> {
    while (!this.signal.aborted) {
      const nowMs = performance.now();
      const waiting = [...this.gaps.values()].filter(({ announced }) => announced);
      const due = waiting.filter((gap) => (this.rounds.get(gap)?.nextAtMs ?? 0) <= nowMs);
      for (const gap of due) await this.attempt(gap);
      if (due.length > 0) continue;
      const nextAtMs = Math.min(...waiting.map((gap) => this.rounds.get(gap)?.nextAtMs ?? 0));
      await this.untilNotifiedOr(nextAtMs - nowMs);
    }
  }

  /** Reports that there may be a gap to fill. */
  notify(): void {
    this.wakeUp();
  }

  /** Stops the work on a shard's gap. */
  releaseShard(shardId: number): void {
    this.running.get(shardId)?.abort();
  }

  private async attempt(gap: GuildGap): Promise<void> {
    const outcome = await this.fill(gap);
    if (outcome === 'done') return void this.rounds.delete(gap);
    const failures = (this.rounds.get(gap)?.failures ?? 0) + 1;
    const delayMs = backOffMs(failures - 1, BACK_OFF[outcome], Math.random());
    this.rounds.set(gap, { failures, nextAtMs: performance.now() + delayMs });
  }

  private async untilNotifiedOr(delayMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wakeUp = resolve;
      if (Number.isFinite(delayMs)) timer = setTimeout(resolve, delayMs);
    });
    clearTimeout(timer);
  }

  /** Runs one round of a gap. `away` (Discord or NATS) and `items` name what failed: the gap then needs another round. */
  private async fill(gap: GuildGap): Promise<'done' | 'away' | 'items'> {
    if (!this.gaps.has(gap)) return 'done';
    const own = new AbortController();
    this.running.set(gap.shardId, own);
    const signal = AbortSignal.any([own.signal, this.signal]);
    try {
      await this.guild.run(gap, signal);
      this.gaps.remove(gap);
      return 'done';
    } catch (error) {
      if (signal.aborted) return 'done';
      const { gapId, guildId } = gap;
      this.logger.warn({ err: error, gapId, guildId }, 'backfill failed; trying again');
      return error instanceof HistoryRequestError && error.item !== undefined ? 'items' : 'away';
    } finally {
      this.running.delete(gap.shardId);
    }
  }
}
