import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewaySessionStartLimit } from 'discord-api-types/v10';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';

/** How long Discord's last answer, less the identifies since then, is used before it is requested again. */
const FRESH_MS = 5_000;
/** Limits the wait for Discord's reset, because another replica or an operator may change the budget before that. */
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 1_000;

export interface BudgetPort {
  /** `session_start_limit` of GET /gateway/bot. */
  fetchLimit(): Promise<APIGatewaySessionStartLimit>;
  onRemaining(remaining: number): void;
}

/**
 * Discord resets a bot's token after 1,000 identifies in 24 h. The last ones are reserved for operators: no shard identifies by
 * itself while only the reserve is left.
 */
export class IdentifyBudget {
  private remaining = Infinity;
  private updatedAtMs = -Infinity;
  private resetAtMs = 0;
  private waiting = 0;

  constructor(
    private readonly port: BudgetPort,
    private readonly reserve: number,
    private readonly logger: Logger,
  ) {}

  /** Why no shard may identify now; undefined while they may. */
  get problem(): string | undefined {
    if (this.waiting === 0) return undefined;
    const minutes = Math.max(1, Math.ceil((this.resetAtMs - performance.now()) / 60_000));
    return `identify budget: ${this.remaining} left of Discord's day, IDENTIFY_RESERVE keeps ${this.reserve}; more in ${minutes} min`;
  }

  /** Stores Discord's latest answer. */
  update({ remaining, reset_after: resetAfterMs }: APIGatewaySessionStartLimit): void {
    this.remaining = remaining;
    this.updatedAtMs = performance.now();
    this.resetAtMs = this.updatedAtMs + resetAfterMs;
    this.port.onRemaining(remaining);
  }

  /** Makes the next identify request the budget from Discord, however recent the last answer is. */
  markStale(): void {
    this.updatedAtMs = -Infinity;
  }

  /** Uses one identify; waits while only the reserve is left. Rejects when `signal` aborts. */
  async consume(signal: AbortSignal): Promise<void> {
    this.waiting++;
    try {
      while (!(await this.hasBudget())) await sleep(this.pauseMs(), undefined, { signal });
    } finally {
      this.waiting--;
    }
    this.remaining--;
    this.port.onRemaining(this.remaining);
  }

  private async hasBudget(): Promise<boolean> {
    if (performance.now() - this.updatedAtMs > FRESH_MS) await this.refresh();
    if (this.remaining > this.reserve) return true;
    this.logger.error({ remaining: this.remaining, reserve: this.reserve }, this.problem);
    return false;
  }

  private async refresh(): Promise<void> {
    try {
      this.update(await this.port.fetchLimit());
    } catch (error) {
      // The token is rejected: the listener is informed, and no shard identifies any more.
      if (error instanceof AppError && !error.retryable) this.remaining = 0;
      this.logger.warn({ err: error }, 'identify budget is unknown; using the last answer');
    }
  }

  private pauseMs(): number {
    const untilResetMs = this.resetAtMs - performance.now();
    return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, untilResetMs));
  }
}
