import { AppError } from '@discord-relay/contracts';
import { backOff, type Logger } from '@discord-relay/platform';

const BACK_OFF = { firstMs: 1_000, capMs: 60_000 };

/**
 * Repeats `action` with back-off until it succeeds, because an outage of a server is no reason to exit.
 * @throws AppError whose `retry` is not `later`, and the abort reason when `signal` aborts.
 */
export async function retryForever<T>(
  what: string,
  action: () => Promise<T>,
  { signal, logger }: { signal: AbortSignal; logger: Logger },
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    signal.throwIfAborted();
    try {
      return await action();
    } catch (error) {
      if (error instanceof AppError && !error.retryable) throw error;
      logger.warn({ err: error, attempt }, `${what} failed; trying again`);
    }
    await backOff(attempt, { ...BACK_OFF, signal });
  }
}
