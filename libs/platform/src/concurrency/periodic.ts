import { backOff } from './back-off.js';

type OnError = (error: unknown) => void;

/** Resolves to true after the time, or to false as soon as the signal aborts. */
export function delay(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const settle = (result: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const onAbort = () => settle(false);
    const timer = setTimeout(() => settle(true), ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** Settles as `work` does, or resolves to null as soon as the signal aborts; a later result or failure is ignored. */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve(null);
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Calls `task` every `everyMs`, never twice at a time, until the signal aborts. Reports failures to `onError`. */
export async function periodically(
  everyMs: number,
  signal: AbortSignal,
  task: () => Promise<void> | void,
  onError: OnError,
): Promise<void> {
  while (await delay(everyMs, signal)) {
    try {
      await task();
    } catch (error) {
      onError(error);
    }
  }
}

/** Retries `task` until it succeeds and returns its result; null when the signal aborts first. Reports failures to `onError`. */
export async function retryUntilDone<T>(
  signal: AbortSignal,
  task: () => Promise<T>,
  onError: OnError,
): Promise<T | null> {
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      return await task();
    } catch (error) {
      onError(error);
    }
    await delayBeforeRetry(attempt, signal);
  }
  return null;
}

/** Backs off before the next attempt; returns early, without an error, when the signal aborts. */
export async function delayBeforeRetry(attempt: number, signal: AbortSignal): Promise<void> {
  try {
    await backOff(attempt, { firstMs: 100, capMs: 2_000, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
