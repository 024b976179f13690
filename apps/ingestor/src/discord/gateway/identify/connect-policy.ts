import { backOff, type Logger } from '@discord-relay/platform';
import type { IdentifyBudget } from './identify-budget.js';

const RECONNECT_BACK_OFF = { firstMs: 1_000, capMs: 60_000 };
/** Discord allows 1,000 identifies a day and counts failed ones. At the maximum delay, about 100 a day are used. */
const IDENTIFY_BACK_OFF = { firstMs: 2_000, capMs: 1_800_000 };

/** A shard that is about to open a connection. */
export interface ConnectRequest {
  shardId: number;
  /** Consecutive connections that ended before a session started or resumed. */
  failures: number;
  canResume: () => boolean;
  signal: AbortSignal;
}

/** Decides when a shard may connect: after its back-off, while the outbox has capacity, and within the identify budget. */
export class ConnectPolicy {
  /** Consecutive identifies of each shard that Discord answered by closing the connection. */
  private readonly identifyFailures = new Map<number, number>();

  constructor(
    private readonly budget: IdentifyBudget,
    private readonly untilReady: (shardId: number, signal: AbortSignal) => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Resolves when the shard may connect. Rejects when `signal` aborts. */
  async untilAllowed({ shardId, failures, canResume, signal }: ConnectRequest): Promise<void> {
    if (failures > 0) await backOff(failures - 1, { ...RECONNECT_BACK_OFF, signal });
    await this.untilReady(shardId, signal);
    if (canResume()) return;
    const refused = this.identifyFailures.get(shardId) ?? 0;
    if (refused > 0) await backOff(refused - 1, { ...IDENTIFY_BACK_OFF, signal });
    await this.budget.consume(signal);
  }

  identified(shardId: number): void {
    this.identifyFailures.delete(shardId);
  }

  /** Records that Discord closed the connection instead of starting a session. */
  identifyRefused(shardId: number, closeCode: number): void {
    const failures = (this.identifyFailures.get(shardId) ?? 0) + 1;
    this.identifyFailures.set(shardId, failures);
    this.budget.markStale();
    this.logger.error(
      { shardId, closeCode, failures },
      'Discord closed the connection instead of starting a session: check DISCORD_TOKEN and DISCORD_INTENTS; the delay before each identify grows',
    );
  }
}
