import { AppError } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';

/** NATS is ours: after an outage, a shard should not wait for much longer than the outage lasted. */
const BACK_OFF = { firstMs: 200, capMs: 2_000 };

interface RetryOptions {
  signal: AbortSignal;
  logger: Logger;
  /** Default: for servers of our own. */
  pauses?: { firstMs: number; capMs: number };
}

/**
 * Repeats `action` with back-off until it succeeds, because an outage of a server is no reason to exit.
 * @throws AppError whose `retry` is not `later`, and the abort reason when `signal` aborts.
 */
export async function retryForever<T>(
  what: string,
  action: () => Promise<T>,
  { signal, logger, pauses = BACK_OFF }: RetryOptions,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (error instanceof AppError && !error.retryable) throw error;
      logger.warn({ err: error, attempt }, `${what} failed; trying again`);
    }
    await backOff(attempt, { ...pauses, signal });
  }
}
