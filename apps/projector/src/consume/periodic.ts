import { backOff } from '@discord-relay/platform';

type OnError = (error: unknown) => void;

/** Resolves to true after the time, to false as soon as the signal aborts. */
export function elapsed(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const end = (result: boolean) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
      resolve(result);
    };
    const aborted = () => end(false);
    const timer = setTimeout(() => end(true), ms);
    signal.addEventListener('abort', aborted, { once: true });
  });
}

/** Calls `task` every `everyMs`, never twice at a time, until the signal aborts. Failures go to `onError`. */
export async function periodically(
  everyMs: number,
  signal: AbortSignal,
  task: () => Promise<void> | void,
  onError: OnError,
): Promise<void> {
  while (await elapsed(everyMs, signal)) {
    try {
      await task();
    } catch (error) {
      onError(error);
    }
  }
}

/** Tries until it works and returns what came of it; null when the signal aborts first. Failures go to `onError`. */
export async function untilDone<T>(
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
    await restBefore(attempt, signal);
  }
  return null;
}

/** A back-off that ends, without failing, when the signal aborts. */
export async function restBefore(attempt: number, signal: AbortSignal): Promise<void> {
  try {
    await backOff(attempt, { firstMs: 100, capMs: 5_000, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
