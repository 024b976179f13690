import { setTimeout as sleep } from 'node:timers/promises';
import type { APIGatewaySessionStartLimit } from 'discord-api-types/v10';
import { AppError } from '@discord-relay/contracts';
import type { Logger } from '@discord-relay/platform';

/** What Discord said is counted down from for so long, then asked again. */
const FRESH_MS = 5_000;
/** Another replica, or an operator, may change the budget before Discord resets it. */
const LONGEST_WAIT_MS = 60_000;
const SHORTEST_WAIT_MS = 1_000;

export interface BudgetPort {
  /** `session_start_limit` of GET /gateway/bot. */
  ask(): Promise<APIGatewaySessionStartLimit>;
  onRemaining(remaining: number): void;
}

/**
 * Discord resets a bot's token when it has identified 1,000 times in 24 h. The last ones are kept for people: below the
 * reserve nothing identifies by itself.
 */
export class IdentifyBudget {
  private remaining = Infinity;
  private askedAtMs = -Infinity;
  private resetAtMs = 0;
  private waiting = 0;

  constructor(
    private readonly port: BudgetPort,
    private readonly reserve: number,
    private readonly logger: Logger,
  ) {}

  /** Why no shard identifies at present; undefined while they may. */
  get problem(): string | undefined {
    if (this.waiting === 0) return undefined;
    const minutes = Math.max(1, Math.ceil((this.resetAtMs - performance.now()) / 60_000));
    return `identify budget: ${this.remaining} left of Discord's day, IDENTIFY_RESERVE keeps ${this.reserve}; more in ${minutes} min`;
  }

  /** What Discord has just said. */
  learn({ remaining, reset_after: resetAfterMs }: APIGatewaySessionStartLimit): void {
    this.remaining = remaining;
    this.askedAtMs = performance.now();
    this.resetAtMs = this.askedAtMs + resetAfterMs;
    this.port.onRemaining(remaining);
  }

  /** Asks Discord before the next identify, however lately it has said something. */
  doubt(): void {
    this.askedAtMs = -Infinity;
  }

  /** Takes one identify out of the budget; waits as long as only the reserve is left. Rejects when `signal` aborts. */
  async take(signal: AbortSignal): Promise<void> {
    this.waiting++;
    try {
      while (!(await this.isEnough())) await sleep(this.pauseMs(), undefined, { signal });
    } finally {
      this.waiting--;
    }
    this.remaining--;
    this.port.onRemaining(this.remaining);
  }

  private async isEnough(): Promise<boolean> {
    if (performance.now() - this.askedAtMs > FRESH_MS) await this.ask();
    if (this.remaining > this.reserve) return true;
    this.logger.error({ remaining: this.remaining, reserve: this.reserve }, this.problem);
    return false;
  }

  private async ask(): Promise<void> {
    try {
      this.learn(await this.port.ask());
    } catch (error) {
      // Refused for good: whoever asked for Discord has been told, and nothing identifies any more.
      if (error instanceof AppError && !error.retryable) this.remaining = 0;
      this.logger.warn({ err: error }, 'identify budget not known; going on with what was said last');
    }
  }

  private pauseMs(): number {
    const untilResetMs = this.resetAtMs - performance.now();
    return Math.min(LONGEST_WAIT_MS, Math.max(SHORTEST_WAIT_MS, untilResetMs));
  }
}
